from datetime import date
from typing import Any

from django.db.models import QuerySet

from followup.models import DriftSignal
from followup.queries.months import closed_revision, latest_closed
from followup.queries.sentences import signal_sentence
from roles.models import Permission, Unit, User
from roles.permissions import units_with
from serviceniveau.models import QualityStandard

Change = DriftSignal.Change
QUIET = (Change.FADED, Change.CLOSED, Change.WITHDRAWN)


def loud_signals(**where: Any) -> QuerySet[DriftSignal]:
    """Without what fades or is over, which the ledger tells; the surest first."""
    signals = DriftSignal.objects.filter(**where).exclude(change__in=QUIET)
    return signals.select_related("unit", "standard", "intervention")


def loud_signals_of_month(month: date) -> QuerySet[DriftSignal]:
    """Those of the month's newest closed revision."""
    return loud_signals(month=month, revision=closed_revision(month) or 0)


def newest_signals(user: User) -> QuerySet[DriftSignal]:
    """The newest closed month's signals in the units whose figures the user may see."""
    newest = latest_closed()
    if newest is None:
        return DriftSignal.objects.none()
    return loud_signals_of_month(newest[0]).filter(unit__in=units_with(user, Permission.VIEW_SIGNALS))


def signals_of_standard(user: User, standard: QualityStandard) -> QuerySet[DriftSignal]:
    return newest_signals(user).filter(standard=standard)


def signals_beneath(unit: Unit, *, month: date, revision: int) -> QuerySet[DriftSignal]:
    """The signals that speak of a unit and all beneath it in one revision."""
    return loud_signals(month=month, revision=revision, unit__path__startswith=unit.path)


def coded(signal: DriftSignal) -> dict[str, Any]:
    """The signal by codes, as other programs read it."""
    return {
        "measure": signal.measure,
        "unit": signal.unit.code,
        "standard": signal.standard.code if signal.standard else None,
        "intervention": signal.intervention.code,
        "direction": signal.direction,
        "since": f"{signal.since:%Y-%m}",
        "observed": round(signal.observed, 4),
        "expected": round(signal.expected, 2),
        "n": signal.n,
        "low": round(signal.low, 4),
        "high": round(signal.high, 4),
        "probability": round(signal.probability, 4),
        "provisional": signal.provisional,
        "change": signal.change,
        "drift": signal.drift_id,
        "sentence": signal_sentence(signal),
    }
