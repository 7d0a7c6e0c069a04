"""For whom a deputy answered, read from the history, so that every answer shows both names."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from roles.models.history import STANDING_IN, both_names


def acted_for(model: type[Model], keys: list[int]) -> dict[int, str]:
    """By key the words that follow the name of the one who answered; nothing where none stood in."""
    history: Any = model.history  # type: ignore[attr-defined]
    changes = history.filter(id__in=keys, history_type="~", history_change_reason__contains=STANDING_IN)
    reasons = changes.order_by("history_id").values_list("id", "history_change_reason")
    return {key: both_names("", reason) for key, reason in reasons}
