"""The measures that are counts: how many there are in a month."""

from django.db.models import Q

from followup.models import MeasureCode
from followup.queries.measures.measure import Family, Measure, Scale, summed
from roles.charts.drawing import number
from serviceniveau.models import ENDING_DECISIONS, OPENING_DECISIONS


def _in_number(count: float) -> str:
    return number(count, 1)


COUNTS = (
    Measure(
        code=MeasureCode.NEW_GRANTS,
        family=Family.COUNT,
        per="intervention",
        sums=(summed("n", Q(kind__in=OPENING_DECISIONS)),),
        worse=None,
        meaning="Hvor mange nye bevillinger der gives pr. måned, helt eller delvist.",
        counted="nye bevillinger",
        scale=Scale(lambda count: f"{_in_number(count)} nye bevillinger pr. måned", _in_number, "Pr. måned"),
    ),
    Measure(
        code=MeasureCode.ENDED_GRANTS,
        family=Family.COUNT,
        per="intervention",
        sums=(summed("n", Q(kind__in=ENDING_DECISIONS)),),
        worse=None,
        meaning="Hvor mange bevillinger der ophører pr. måned.",
        counted="ophørte bevillinger",
        scale=Scale(
            lambda count: f"{_in_number(count)} ophørte bevillinger pr. måned", _in_number, "Pr. måned"
        ),
    ),
)
