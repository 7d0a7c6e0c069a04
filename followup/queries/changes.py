"""What a later revision of a month counts otherwise than the one before it."""

from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from followup.models import MonthlyFact

KEYS = {
    "unit": "unit__code",
    "standard": "standard__code",
    "intervention": "intervention__code",
    "kind": "kind",
    "relation": "relation",
}


def changed_counts(*, month: date, revision: int) -> list[dict[str, Any]]:
    """Where the number of decisions differs from the revision before; empty for a first revision."""
    facts = MonthlyFact.objects.filter(month=month, revision__lte=revision)
    before = (
        facts.filter(revision__lt=revision).order_by("-revision").values_list("revision", flat=True).first()
    )
    if before is None:
        return []
    counts = {
        "before": Coalesce(Sum("n", filter=Q(revision=before)), 0),
        "after": Coalesce(Sum("n", filter=Q(revision=revision)), 0),
    }
    grouped = facts.filter(revision__in=[before, revision]).order_by(*KEYS.values()).values(*KEYS.values())
    return [
        {name: row[column] or "" for name, column in KEYS.items()}
        | {"before": row["before"], "after": row["after"]}
        for row in grouped.annotate(**counts)
        if row["before"] != row["after"]
    ]
