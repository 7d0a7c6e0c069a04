"""One row at a time, for files whose rows are few and stand on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.actions.files.outcome import ImportOutcome, RowProblem


def keep_one(
    outcome: ImportOutcome,
    keep: Callable[[], str],
    problems: Callable[[ValidationError], Iterable[RowProblem]],
) -> None:
    """Count what `keep` answers: created, updated or unchanged. A refused row leaves nothing behind."""
    try:
        with transaction.atomic():
            kept = keep()
    except ValidationError as error:
        outcome.reject(problems(error))
    else:
        setattr(outcome, kept, getattr(outcome, kept) + 1)
