"""The measures (nøgletal): all of them, and all that is known of each. One more is one more entry."""

from followup.queries.measures.measure import (
    COMPARED,
    DEVIATING,
    NEW_AND_CHANGED,
    Aggregate,
    Family,
    Measure,
    Scale,
    Source,
    new_and_changed,
)
from followup.queries.measures.registry import MEASURES
from followup.queries.measures.visibility import measures_for, of_visible_measures

__all__ = [
    "COMPARED",
    "DEVIATING",
    "MEASURES",
    "NEW_AND_CHANGED",
    "Aggregate",
    "Family",
    "Measure",
    "Scale",
    "Source",
    "measures_for",
    "new_and_changed",
    "of_visible_measures",
]
