"""What a grant's decisions say of it: read when decisions change, and by `reconcile`."""

from serviceniveau.models import ENDING_DECISIONS

_ENDING = ", ".join(f"'{kind.value}'" for kind in ENDING_DECISIONS)

# The newest decision says what applies; the first one that granted anything says when it began.
_FROM_DECISIONS = f"""
SELECT DISTINCT ON (grant_id)
    grant_id,
    intervention_id,
    min(coalesce(starts_on, decided_on)) FILTER (WHERE kind NOT IN ({_ENDING})) OVER (PARTITION BY grant_id)
        AS starts_on,
    CASE WHEN kind IN ({_ENDING}) THEN coalesce(ends_on, starts_on, decided_on) ELSE ends_on END AS ends_on,
    CASE WHEN kind NOT IN ({_ENDING}) THEN follow_up_on END AS follow_up_on
FROM serviceniveau_registration
WHERE status = 'afgjort' AND grant_id IN ({{selection}})
ORDER BY grant_id, decided_on DESC, id DESC
"""


def grant_dates_sql(selection: str) -> str:
    """A SELECT of what the decisions say of the selected grants."""
    return _FROM_DECISIONS.format(selection=selection)
