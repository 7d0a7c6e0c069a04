"""How sensitive the scan is: one row, changed here, with its history."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from followup.models import DetectorSettings
from followup.queries.detector import LEAST_N_ALLOWED, MOST_N_ALLOWED, ROW
from roles.models import User
from roles.models.history import record_actor
from roles.templatetags.danish import amount


class SettingsConflict(ValidationError):
    """Somebody else saved the settings after they were opened; `current` is what stands now."""

    def __init__(self, current: DetectorSettings) -> None:
        super().__init__("Indstillingerne er rettet af en anden, siden du åbnede dem. Se dem, og gem igen.")
        self.current = current


@transaction.atomic
def set_detector(
    *,
    edition: int,
    q: float,
    hazard: float | None,
    least_n: int,
    on_time_goal: float | None,
    by: User,
) -> DetectorSettings:
    """The next scan uses them. Raises SettingsConflict when they were changed after `edition` was read."""
    _refuse(q, hazard, least_n, on_time_goal)
    record_actor(user_id=by.pk, reason="Retter indstillinger for signaler")
    DetectorSettings.objects.bulk_create([DetectorSettings(pk=ROW, edition=0)], ignore_conflicts=True)
    row = DetectorSettings.objects.select_for_update().get(pk=ROW)
    if row.edition != edition:
        raise SettingsConflict(row)
    row.q, row.hazard, row.least_n, row.on_time_goal = q, hazard, least_n, on_time_goal
    row.edition += 1
    row.save()
    return row


def _refuse(q: float, hazard: float | None, least_n: int, on_time_goal: float | None) -> None:
    problems = {}
    if not 0.01 <= q <= 0.5:
        problems["q"] = "Vælg en andel mellem 1 % og 50 %."
    if hazard is not None and not 0.0001 <= hazard <= 0.1:
        problems["hazard"] = "Vælg en chance mellem 0,01 % og 10 % om måneden, eller lad feltet være tomt."
    if not LEAST_N_ALLOWED <= least_n <= MOST_N_ALLOWED:
        problems["least_n"] = f"Vælg et antal mellem {LEAST_N_ALLOWED} og {amount(MOST_N_ALLOWED)}."
    if on_time_goal is not None and not 0 < on_time_goal < 1:
        problems["on_time_goal"] = "Vælg en andel over 0 % og under 100 %, eller lad feltet være tomt."
    if problems:
        raise ValidationError(problems)
