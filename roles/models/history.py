"""History written by PostgreSQL: statement triggers fill simple-history's tables on every write path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pgtrigger
from django.db import connection, models, transaction
from simple_history.models import HistoricalRecords

SIDES = {"insert": ("new", "+"), "update": ("new", "~"), "delete": ("old", "-")}
STANDING_IN = " som stedfortræder for "
OPERATIONS = {"insert": pgtrigger.Insert, "update": pgtrigger.Update, "delete": pgtrigger.Delete}


class HistoryTrigger(pgtrigger.Trigger):
    """After one kind of statement, copy its rows to the model's history table with actor and reason."""

    when = pgtrigger.After
    level = pgtrigger.Statement

    def __init__(self, verb: str, *, partial: bool) -> None:
        side, self.kind = SIDES[verb]
        self.compares = partial and verb == "update"
        sides = {side: "changed"} | ({"old": "former"} if self.compares else {})
        super().__init__(
            name=f"history_{verb}",
            operation=OPERATIONS[verb],
            referencing=pgtrigger.Referencing(**sides),
        )

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override] # it is given the class
        history = history_model(model)
        columns = [field.column for field in tracked_fields(model)]
        listed = ", ".join(f'"{column}"' for column in columns)
        copied = ", ".join(f'changed."{column}"' for column in columns)
        return f"""
            INSERT INTO "{history._meta.db_table}"
                ({listed}, history_date, history_change_reason, history_type, history_user_id)
            SELECT {copied}, clock_timestamp(), nullif(current_setting('app.reason', true), ''),
                '{self.kind}', nullif(current_setting('app.user', true), '')::bigint
            FROM changed{self.only_changes(model, columns)};
            RETURN NULL;
        """

    def only_changes(self, model: type[models.Model], columns: list[str]) -> str:
        if not self.compares:
            return ""
        key = model._meta.pk.column
        old, new = (", ".join(f'{table}."{each}"' for each in columns) for table in ("former", "changed"))
        return f"""
            JOIN former ON former."{key}" = changed."{key}" AND ({old}) IS DISTINCT FROM ({new})"""


def history_triggers(*, partial: bool = False) -> list[HistoryTrigger]:
    """partial: the history leaves columns out, and an update of those alone (a login) is no news."""
    return [HistoryTrigger(verb, partial=partial) for verb in SIDES]


def append_only() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func="RAISE EXCEPTION 'rows are only added here' USING ERRCODE = 'restrict_violation';",
        ),
    ]


class History(HistoricalRecords):
    """A history table to which rows are only added, and only by trigger."""

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        return options | {"triggers": append_only()}


def history(**options: Any) -> History:
    return History(history_change_reason_field=models.TextField(null=True), **options)


def history_model(model: type[models.Model]) -> type[models.Model]:
    """By name, so that it is also found among the models of a migration's state."""
    return model._meta.apps.get_model(model._meta.app_label, f"Historical{model._meta.object_name}")


def tracked_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    own = {field.attname for field in history_model(model)._meta.concrete_fields}
    return [field for field in model._meta.concrete_fields if field.attname in own]


def record_actor(*, user_id: int | None, reason: str, standing_in: str | None = None) -> None:
    """Name who acts and why for the history rows of the current transaction.

    ``standing_in`` names the one whom the actor deputises for; None leaves what the page has said.
    """
    words = None if standing_in is None else f"{STANDING_IN}{standing_in}" if standing_in else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user', %s, true), set_config('app.reason', %s || words, true),"
            " set_config('app.standing_in', words, true)"
            " FROM (SELECT coalesce(%s::text, current_setting('app.standing_in', true), '')) AS told (words)",
            [str(user_id or ""), reason[:500], words],
        )


def both_names(name: str, reason: str | None) -> str:
    """Who acted, as the history's reason tells it: Asta Bøgelund som stedfortræder for Ib Lærkedal."""
    _, standing_in, holder = (reason or "").rpartition(STANDING_IN)
    return f"{name}{standing_in}{holder}" if standing_in else name


@contextmanager
def acting(*, user_id: int | None = None, reason: str) -> Iterator[None]:
    """A transaction whose history rows carry this actor and reason: for commands and workers."""
    with transaction.atomic():
        record_actor(user_id=user_id, reason=reason, standing_in="")
        yield
