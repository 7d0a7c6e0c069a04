"""What the leaders say and do about a signal. Without scripts each form is a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import reswap, retarget

from followup.actions.notes import accept, comment, explain, finish_action, plan_action
from followup.forms.signals import AcceptForm, ActionDoneForm, ActionForm, ExplainForm, NoteForm
from followup.models import Drift, SignalNote
from followup.queries.ledger import drifts_visible
from followup.queries.sentences import signal_sentence
from followup.views.signals.reading import ledger
from roles.models import Permission
from roles.permissions import Request, access, require
from roles.views.page import posted, render_page


@access(Permission.HANDLE_SIGNAL, "GET", "POST")
def signal_explain(request: Request, pk: int) -> HttpResponse:
    return _note(request, drift_to_handle(request, pk), ExplainForm, explain)


@access(Permission.HANDLE_SIGNAL, "GET", "POST")
def signal_accept(request: Request, pk: int) -> HttpResponse:
    return _note(request, drift_to_handle(request, pk), AcceptForm, accept)


@access(Permission.HANDLE_SIGNAL, "GET", "POST")
def signal_action(request: Request, pk: int) -> HttpResponse:
    return _note(request, drift_to_handle(request, pk), ActionForm, plan_action)


@access(Permission.HANDLE_SIGNAL, "GET", "POST")
def signal_comment(request: Request, pk: int) -> HttpResponse:
    return _note(request, drift_to_handle(request, pk), NoteForm, comment)


@access(Permission.HANDLE_SIGNAL, "GET", "POST")
def signal_action_done(request: Request, pk: int) -> HttpResponse:
    """pk: the note in which the action was agreed."""
    actions = SignalNote.objects.filter(
        kind=SignalNote.Kind.ACTION, drift__in=drifts_visible(request.user)
    ).select_related("drift__unit", "owner")
    note = get_object_or_404(actions, pk=pk)
    require(request.user, Permission.HANDLE_SIGNAL, note.drift.unit)

    def finish(*, drift: Drift, **values: Any) -> SignalNote:
        return finish_action(note=note, **values)

    return _note(request, note.drift, ActionDoneForm, finish, action=note)


def drift_to_handle(request: Request, pk: int) -> Drift:
    """404 for a drift that the user may not see, 403 for one that they may only see."""
    drift: Drift = get_object_or_404(drifts_visible(request.user), pk=pk)
    require(request.user, Permission.HANDLE_SIGNAL, drift.unit)
    return drift


def _note(
    request: Request,
    drift: Drift,
    kind: type[NoteForm],
    write: Callable[..., SignalNote],
    *,
    action: SignalNote | None = None,
) -> HttpResponse:
    form = kind(posted(request), drift=drift)
    if request.method == "POST" and form.is_valid():
        try:
            write(drift=drift, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            return _written(request, drift, form.told)
    status = 422 if request.method == "POST" else 200
    return _ask(request, drift, form, action, status)


def _ask(
    request: Request, drift: Drift, form: NoteForm, action: SignalNote | None, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"drift": drift, "form": form, "action": action}
    if request.headers.get("HX-Request") != "true":
        newest = drift.signals.order_by("-month", "-revision").first()
        context["sentence"] = signal_sentence(newest) if newest else ""
    return render_page(request, "followup/signal_note.html", context, partial="form", status=status)


def _written(request: Request, drift: Drift, told: str) -> HttpResponse:
    """The ledger as it is now where htmx asked from the signal's page; else back to that page."""
    if request.headers.get("HX-Request") == "true":
        context = ledger(request, drift) | {"told": told}
        answer = render(request, "followup/signal_ledger.html", context)
        return reswap(retarget(answer, "#forloeb"), "outerHTML")
    messages.success(request, told)
    return redirect(reverse("signal-detail", args=[drift.pk]) + "#forloeb")
