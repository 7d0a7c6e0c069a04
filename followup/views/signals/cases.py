"""The decisions behind a signal, for those who may see cases. Who looked is written down."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from followup.models import Drift, DriftSignal, MeasureCode
from followup.queries.driving import driving_cases
from followup.queries.explanations import heading
from followup.queries.ledger import drifts_visible, timeline
from followup.views.signals.reading import chosen_signal
from roles.actions import log_read
from roles.forms.fields import typed_key
from roles.models import Permission
from roles.permissions import Request, access, may
from roles.templatetags.danish import amount
from roles.views.page import kept_in_address, page_of, render_page
from serviceniveau.models import DeviationReason, NeedLevel, Registration, Relation
from serviceniveau.queries.wording import amount_words

PRICES = (MeasureCode.UNIT_PRICE, MeasureCode.COST)
PURPOSE = "Afgørelser bag et signal"


@access(Permission.VIEW_SIGNALS)
def signal_cases(request: Request, pk: int) -> HttpResponse:
    drift = get_object_or_404(drifts_visible(request.user), pk=pk)
    signals = [each.signal for each in timeline(drift) if each.signal]
    signal = chosen_signal(request.GET.get("maaned", ""), signals)
    context: dict[str, Any] = {
        "drift": drift,
        "signal": signal,
        "title": heading(signal) if signal else drift.get_measure_display(),
        "may_see_cases": may(request.user, Permission.VIEW_CASE, drift.unit),
    }
    if context["may_see_cases"] and signal:
        context |= listed(request, drift, signal)
    return render_page(request, "followup/signal_cases.html", context)


def listed(request: Request, drift: Drift, signal: DriftSignal) -> dict[str, Any]:
    """One page of the decisions, all or those of a cell. What is shown is in the log of readings."""
    level, reason = _cell(request, "behov"), _cell(request, "grund")
    found = driving_cases(request.user, drift, signal, need_level=level, reason=reason)
    page = page_of(found.select_related("unit"), request)
    rows = list(page)
    keys = sorted({row.case_id for row in rows})
    log_read(by=request.user, act="åbnet", subject="sag", keys=keys, purpose=PURPOSE)
    return {
        "page": page,
        "rows": [(row, _granted(row, drift.measure), _relation(row)) for row in rows],
        "kept": kept_in_address(request),
        "level": NeedLevel.objects.filter(pk=level or 0).first(),
        "reason": DeviationReason.objects.filter(pk=reason or 0).first(),
        "is_cell": level is not None or reason is not None,
        "without_level": level == 0,
        "without_reason": reason == 0,
    }


def _cell(request: Request, name: str) -> int | None:
    """The key in the address; 0 where the cell is that of decisions without one."""
    text = request.GET.get(name, "")
    key = typed_key(text)
    if text and key is None:
        raise Http404
    return key


def _granted(row: Registration, measure: str) -> str:
    """The extent, and what else the measure is of."""
    told = [] if row.amount is None else [amount_words(row.amount, row.amount_unit)]
    if measure in PRICES and row.price_dkk is not None:
        told.append(f"{amount(round(row.price_dkk))} {row.get_price_unit_display()}".strip())
    if measure == MeasureCode.DURATION and row.starts_on and row.ends_on:
        told.append(f"{row.starts_on:%d-%m-%Y} til {row.ends_on:%d-%m-%Y}")
    return ", ".join(told)


def _relation(row: Any) -> str:
    return str(Relation(row.relation).label) if row.relation else ""
