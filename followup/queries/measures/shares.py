"""The measures that are shares: of all decisions of a kind, how many did it befall?"""

from django.db.models import Q

from followup.models import MeasureCode
from followup.queries.measures.measure import (
    COMPARED,
    DEVIATING,
    Family,
    Measure,
    Source,
    new_and_changed,
    share_in,
    share_of,
)
from serviceniveau.models import DecisionKind, Relation

compared = new_and_changed & Q(relation__in=COMPARED)
deviating = new_and_changed & Q(relation__in=DEVIATING)
explained = deviating & Q(reason__isnull=False)
decided = ~Q(kind=DecisionKind.LAW_MIGRATION)
on_a_running_grant = Q(
    kind__in=(DecisionKind.RAISED, DecisionKind.LOWERED, DecisionKind.EXTENDED, DecisionKind.WITHIN)
)
on_a_new_grant = Q(kind__in=(DecisionKind.NEW, DecisionKind.PARTIAL, DecisionKind.REFUSAL))
reviewed = Q(kind__in=(DecisionKind.REVIEW_UPHELD, DecisionKind.REVIEW_CHANGED))

PER_STANDARD = (
    Measure(
        code=MeasureCode.SHARE_ABOVE,
        family=Family.SHARE,
        per="standard",
        sums=share_of(compared, Q(relation=Relation.ABOVE)),
        worse="up",
        meaning="Andelen af nye og ændrede bevillinger, der er større end den vejledende ramme.",
        counted="afgørelser",
        happened="lå over rammen",
    ),
    Measure(
        code=MeasureCode.SHARE_BELOW,
        family=Family.SHARE,
        per="standard",
        sums=share_of(compared, Q(relation=Relation.BELOW)),
        worse="up",
        meaning="Andelen af nye og ændrede bevillinger, der er mindre end den vejledende ramme.",
        counted="afgørelser",
        happened="lå under rammen",
    ),
    Measure(
        code=MeasureCode.SHARE_WITHOUT_REASON,
        family=Family.SHARE,
        per="standard",
        sums=share_of(deviating, Q(reason=None)),
        worse="up",
        meaning="Andelen af nye og ændrede bevillinger uden for rammen, der ikke er begrundet.",
        counted="afvigelser",
        happened="manglede en grund",
    ),
    Measure(
        code=MeasureCode.SHARE_AT_MAXIMUM,
        family=Family.SHARE,
        per="standard",
        sums=share_in("max_n", "at_max_n", new_and_changed),
        worse="up",
        meaning="Andelen af nye og ændrede bevillinger, der ligger præcis på rammens maksimum.",
        counted="afgørelser",
        happened="lå præcis på maksimum",
        detector="variation",
    ),
    Measure(
        code=MeasureCode.SHARE_DEVIATING,
        family=Family.SHARE,
        per="standard",
        sums=share_of(compared, Q(relation__in=DEVIATING)),
        worse=None,
        meaning="Andelen af nye og ændrede bevillinger, der ligger uden for den vejledende ramme.",
        counted="afgørelser",
        happened="lå uden for rammen",
        detector="variation",
    ),
    Measure(
        code=MeasureCode.SAME_REASON,
        family=Family.SHARE,
        per="standard",
        sums=share_of(explained, Q()),  # of which reason is told by queries.reasons
        worse="up",
        meaning="Andelen af de begrundede afvigelser, der har den samme grund.",
        counted="afvigelser",
        happened="havde den samme grund",
        detector="reason",
    ),
    Measure(
        code=MeasureCode.STARTED_IN_TIME,
        family=Family.SHARE,
        per="standard",
        sums=share_in("start_n", "start_on_time_n"),
        worse="down",
        meaning="Andelen af nye bevillinger, der begynder inden for standardens frist for opstart.",
        counted="bevillinger",
        happened="begyndte inden fristen",
    ),
)

PER_INTERVENTION = (
    Measure(
        code=MeasureCode.SHARE_RAISED,
        family=Family.SHARE,
        per="intervention",
        sums=share_of(on_a_running_grant, Q(kind=DecisionKind.RAISED)),
        worse=None,
        meaning="Andelen af afgørelser om løbende bevillinger, der sætter bevillingen op.",
        counted="afgørelser",
        happened="satte bevillingen op",
    ),
    Measure(
        code=MeasureCode.SHARE_LOWERED,
        family=Family.SHARE,
        per="intervention",
        sums=share_of(on_a_running_grant, Q(kind=DecisionKind.LOWERED)),
        worse=None,
        meaning="Andelen af afgørelser om løbende bevillinger, der sætter bevillingen ned.",
        counted="afgørelser",
        happened="satte bevillingen ned",
    ),
    Measure(
        code=MeasureCode.SHARE_REFUSED,
        family=Family.SHARE,
        per="intervention",
        sums=share_of(on_a_new_grant, Q(kind=DecisionKind.REFUSAL)),
        worse=None,
        meaning="Andelen af afgørelser om ny støtte, der er afslag.",
        counted="afgørelser",
        happened="var afslag",
    ),
    Measure(
        code=MeasureCode.DECIDED_IN_TIME,
        family=Family.SHARE,
        per="intervention",
        sums=share_in("deadline_n", "on_time_n", decided),
        worse="down",
        meaning="Andelen af afgørelser med en frist, der er truffet senest på fristens dag.",
        counted="afgørelser",
        happened="kom inden fristen",
    ),
    Measure(
        code=MeasureCode.NOTICE_GIVEN,
        family=Family.SHARE,
        per="intervention",
        sums=share_in("late_n", "notice_n", decided),
        worse="down",
        meaning=(
            "Andelen af afgørelser efter fristen, hvor borgeren fik besked om forsinkelsen senest på"
            " fristens dag."
        ),
        counted="forsinkede afgørelser",
        happened="fik borgeren besked om i tide",
    ),
    Measure(
        code=MeasureCode.FOLLOW_UP_OVERDUE,
        family=Family.SHARE,
        per="intervention",
        sums=share_in("follow_ups", "follow_ups_overdue"),
        worse="up",
        meaning=(
            "Andelen af løbende bevillinger med en aftalt dag for opfølgning, hvor dagen var passeret ved"
            " månedens udgang."
        ),
        counted="bevillinger",
        happened="manglede den aftalte opfølgning",
        source=Source.STOCK,
    ),
    Measure(
        code=MeasureCode.APPEALS_CHANGED,
        family=Family.SHARE,
        per="intervention",
        sums=share_of(reviewed, Q(kind=DecisionKind.REVIEW_CHANGED)),
        worse="up",
        meaning="Andelen af klager, hvor kommunen selv ændrede afgørelsen, da den vurderede sagen igen.",
        counted="klager",
        happened="førte til en ændret afgørelse",
    ),
)
