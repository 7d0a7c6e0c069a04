"""What the leaders say and do about a signal. Without scripts each form is a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
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
from roles.models import Permission, User
from roles.permissions import Request, access, require, units_with
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


@access(Permission.VIEW_SIGNALS, "GET", "POST")
def signal_action_done(request: Request, pk: int) -> HttpResponse:
    """pk: the note in which the action was agreed. Its owner may only see signals, and can answer for it."""
    note = get_object_or_404(actions_to_finish(request.user), pk=pk)

    def finish(*, drift: Drift, **values: Any) -> SignalNote:
        return finish_action(note=note, **values)

    return _note(request, note.drift, ActionDoneForm, finish, action=note)


def actions_to_finish(user: User) -> QuerySet[SignalNote]:
    """Those in the units where the user handles signals, and the user's own where they can be seen."""
    seen = SignalNote.objects.filter(kind=SignalNote.Kind.ACTION, drift__in=drifts_visible(user))
    handled = Q(drift__unit__in=units_with(user, Permission.HANDLE_SIGNAL))
    return seen.filter(handled | Q(owner=user)).select_related("drift__unit", "owner")


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
