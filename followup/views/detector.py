"""How sensitive the scan is, who changed it, and how often our signals turned out to be chance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from followup.actions.detector import SettingsConflict, set_detector
from followup.forms.detector import DetectorForm
from followup.queries.detector import current_settings, false_alarm_record
from followup.queries.detector_page import changes, quarters, record_words, settings_in_words
from roles.models import Permission
from roles.permissions import Request, access, units_with

ONE_FOR_ALL = "Indstillingerne er ens for hele kommunen. Kun en administrator for kommunen kan ændre dem."


@access(Permission.VIEW_OPERATIONS)
def detector_settings(request: Request) -> HttpResponse:
    return _page(request, DetectorForm.of(current_settings()))


@access(Permission.SET_DETECTOR, "POST")
def detector_change(request: Request) -> HttpResponse:
    form = DetectorForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not _may_change(request):
        raise PermissionDenied(ONE_FOR_ALL)
    try:
        set_detector(by=request.user, **form.cleaned_data)
    except SettingsConflict as conflict:
        return _conflict(request, form, conflict)
    except ValidationError as error:
        form.take(error)
        return _page(request, form, status=422)
    messages.success(request, "Indstillingerne er gemt. De bruges, næste gang en måned lukkes.")
    return redirect("detector-settings")


def _may_change(request: Request) -> bool:
    return units_with(request.user, Permission.SET_DETECTOR).filter(parent=None).exists()


def _conflict(request: Request, form: DetectorForm, conflict: SettingsConflict) -> HttpResponse:
    """What stands now beside what was typed; saving again chooses the typed."""
    mine = DetectorForm(initial={**form.cleaned_data, "edition": conflict.current.edition})
    return _page(request, mine, status=409, conflict=settings_in_words(conflict.current))


def _page(request: Request, form: DetectorForm, *, status: int = 200, **context: Any) -> HttpResponse:
    settings, record = current_settings(), false_alarm_record()
    shown = {
        "form": form,
        "may_change": _may_change(request),
        "settings": settings_in_words(settings),
        "changes": changes(),
        "record": record,
        "record_words": record_words(record),
        "quarters": quarters(record),
    }
    return render(request, "followup/detector.html", shown | context, status=status)
