"""The measures (nøgletal): all of them, and all that is known of each. One more is one more entry."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from followup.models import MeasureCode
from roles.models import Permission
from serviceniveau.models import DecisionKind, Relation

# New and changed decisions. An extension keeps what was granted under an older level and is no drift.
NEW_AND_CHANGED = (
    DecisionKind.NEW,
    DecisionKind.PARTIAL,
    DecisionKind.RAISED,
    DecisionKind.LOWERED,
    DecisionKind.REVIEW_CHANGED,
)
DEVIATING = (Relation.ABOVE, Relation.BELOW)
COMPARED = (Relation.INSIDE, *DEVIATING)


@dataclass(frozen=True)
class Measure:
    """A share: the facts of the numerator among those of the denominator.

    counted, happened: what a sentence calls one of the denominator, and what befell the numerator.
    worse: the direction that asks for attention first; both are shown.
    """

    code: MeasureCode
    numerator: Q
    denominator: Q
    worse: Literal["up", "down"]
    chart: Literal["p"]
    visible_with: Permission
    meaning: str
    counted: str
    happened: str

    @property
    def name(self) -> str:
        return str(self.code.label)

    @property
    def events(self) -> Coalesce:
        return Coalesce(Sum("n", filter=self.denominator & self.numerator), 0)

    @property
    def total(self) -> Coalesce:
        return Coalesce(Sum("n", filter=self.denominator), 0)


new_and_changed = Q(kind__in=NEW_AND_CHANGED)

MEASURES: dict[MeasureCode, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            code=MeasureCode.SHARE_ABOVE,
            numerator=Q(relation=Relation.ABOVE),
            denominator=new_and_changed & Q(relation__in=COMPARED),
            worse="up",
            chart="p",
            visible_with=Permission.VIEW_SIGNALS,
            meaning="Andelen af nye og ændrede bevillinger, der er større end den vejledende ramme.",
            counted="afgørelser",
            happened="lå over rammen",
        ),
        Measure(
            code=MeasureCode.SHARE_BELOW,
            numerator=Q(relation=Relation.BELOW),
            denominator=new_and_changed & Q(relation__in=COMPARED),
            worse="up",
            chart="p",
            visible_with=Permission.VIEW_SIGNALS,
            meaning="Andelen af nye og ændrede bevillinger, der er mindre end den vejledende ramme.",
            counted="afgørelser",
            happened="lå under rammen",
        ),
        Measure(
            code=MeasureCode.SHARE_WITHOUT_REASON,
            numerator=Q(reason=None),
            denominator=new_and_changed & Q(relation__in=DEVIATING),
            worse="up",
            chart="p",
            visible_with=Permission.VIEW_SIGNALS,
            meaning="Andelen af nye og ændrede bevillinger uden for rammen, der ikke er begrundet.",
            counted="afvigelser",
            happened="manglede en grund",
        ),
    )
}
