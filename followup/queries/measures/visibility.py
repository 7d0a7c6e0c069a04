"""Who may see which measure where: asked wherever one is shown."""

from collections import defaultdict

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from followup.models import MeasureCode
from followup.queries.measures.measure import Measure
from followup.queries.measures.registry import MEASURES
from roles.models import Permission, Unit, User
from roles.permissions import may, units_with


def measures_for(user: User | AnonymousUser, unit: Unit) -> dict[MeasureCode, Measure]:
    """The measures whose figures of the unit the user may see, in the order of the registry."""
    rights = {measure.visible_with for measure in MEASURES.values()}
    held = {right for right in rights if may(user, right, unit)}
    return {code: measure for code, measure in MEASURES.items() if measure.visible_with in held}


def of_visible_measures(user: User | AnonymousUser) -> Q:
    """Which rows with a measure and a unit (signals, drifts) the user may see."""
    codes: dict[Permission, list[MeasureCode]] = defaultdict(list)
    for code, measure in MEASURES.items():
        codes[measure.visible_with].append(code)
    condition = Q(pk__in=[])
    for right, measures in codes.items():
        condition |= Q(measure__in=measures, unit__in=units_with(user, right))
    return condition
