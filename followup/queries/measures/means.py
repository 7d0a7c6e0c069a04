"""The measures that are means: of extent, price, cost, duration and need."""

from django.db.models import Q

from followup.models import MeasureCode
from followup.queries.measures.measure import (
    Family,
    Measure,
    Scale,
    Source,
    mean_of_levels,
    mean_of_logs,
    new_and_changed,
)
from roles.charts.drawing import number, percent
from serviceniveau.models import DecisionKind

priced = new_and_changed | Q(kind=DecisionKind.SUPPLIER_CHANGED)


def beside_the_usual(ratio: float) -> str:
    if round(abs(ratio - 1), 3) < 0.005:
        return "på det typiske"
    return f"{percent(abs(ratio - 1), 0)} {'over' if ratio > 1 else 'under'} det typiske"


def _in_percent_of_the_usual(ratio: float) -> str:
    return percent(ratio, 0)


def kroner(amount: float) -> str:
    return f"{number(amount, 0 if amount >= 100 else 2)}\N{NO-BREAK SPACE}kr."


def _days(days: float) -> str:
    return f"{number(days, 0)}\N{NO-BREAK SPACE}{'dag' if round(days) == 1 else 'dage'}"


def _level(level: float) -> str:
    return number(level, 2)


MEANS = (
    Measure(
        code=MeasureCode.EXTENT,
        family=Family.MEAN,
        per="standard",
        sums=mean_of_logs("extent", new_and_changed),
        worse=None,
        meaning=(
            "Hvor stort det bevilgede omfang er i nye og ændrede bevillinger, målt mod rammens typiske"
            " niveau (eller midten af rammen, hvor intet typisk er vedtaget)."
        ),
        counted="afgørelser",
        scale=Scale(beside_the_usual, _in_percent_of_the_usual, "Af det typiske", is_log=True),
    ),
    Measure(
        code=MeasureCode.UNIT_PRICE,
        family=Family.MEAN,
        per="intervention",
        sums=mean_of_logs("price", priced),
        worse="up",
        meaning="Den typiske pris pr. time, gang eller dag i nye og ændrede bevillinger.",
        counted="afgørelser",
        scale=Scale(lambda price: f"{kroner(price)} pr. enhed", kroner, "Pris pr. enhed", is_log=True),
    ),
    Measure(
        code=MeasureCode.COST,
        family=Family.MEAN,
        per="intervention",
        sums=mean_of_logs("cost", new_and_changed, count="cost_log_n"),
        worse="up",
        meaning="Den typiske udgift pr. år for en ny eller ændret bevilling.",
        counted="afgørelser",
        scale=Scale(lambda cost: f"{kroner(cost)} om året", kroner, "Årlig udgift", is_log=True),
    ),
    Measure(
        code=MeasureCode.DURATION,
        family=Family.MEAN,
        per="intervention",
        sums=mean_of_logs("span", new_and_changed),
        worse=None,
        meaning="Hvor længe en ny eller ændret bevilling med en slutdato typisk gælder.",
        counted="afgørelser",
        scale=Scale(_days, _days, "Varighed", is_log=True),
    ),
    Measure(
        code=MeasureCode.NEED_LEVEL,
        family=Family.MEAN,
        per="intervention",
        sums=mean_of_levels(new_and_changed),
        worse=None,
        meaning=(
            "Det gennemsnitlige støttebehov i nye og ændrede bevillinger, på den skala, som ydelsen oftest"
            " vurderes efter. Stiger det, kan bevillingerne følge med, uden at flere ligger over rammen."
        ),
        counted="afgørelser",
        scale=Scale(lambda level: f"{_level(level)} på skalaen", _level, "Støttebehov"),
        source=Source.NEED_LEVELS,
    ),
)
