"""One person: what is known, what is changed, and the link with which the password is chosen."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.actions.people import (
    change_person,
    create_person,
    deactivate_person,
    end_roles,
    reactivate_person,
)
from roles.forms.people import PersonForm
from roles.models import Permission, User
from roles.permissions import Request, access
from roles.queries.people import IDLE_DAYS, administers_wholly, is_idle, people_visible_to, person_file
from roles.residents import standing_with
from roles.views.page import posted
from roles.views.people.letters import send_password_link, tell_of_new_address

BEYOND = "Personen har også roller uden for dine enheder. En administrator højere oppe kan ændre det."


@access(Permission.MANAGE_ORGANISATION)
def person_detail(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    context = {
        "person": person,
        "file": person_file(person),
        "in_hand": standing_with([person]).get(person.pk, ""),
        "is_idle": person.is_active and is_idle(person),
        "idle_days": IDLE_DAYS,
        "may_change": administers_wholly(request.user, person),
    }
    return render(request, "roles/person_detail.html", context)


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def person_new(request: Request) -> HttpResponse:
    form = PersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = create_person(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            send_password_link(request, person)
            messages.success(
                request, f"{person} er oprettet og får en mail med et link til at vælge adgangskode."
            )
            return redirect("person-detail", pk=person.pk)
    return render(request, "roles/person_form.html", {"form": form}, status=_status(request))


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def person_edit(request: Request, pk: int) -> HttpResponse:
    person = _changeable(request, pk)
    known = {"name": person.name, "email": person.email, "staff_code": person.staff_code or ""}
    form = PersonForm(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_person(person=person, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            if changed.email != person.email:
                tell_of_new_address(person)
            messages.success(request, "Oplysningerne er gemt.")
            return redirect("person-detail", pk=person.pk)
    context = {"form": form, "person": person}
    return render(request, "roles/person_form.html", context, status=_status(request))


ACTS = {
    "deaktiver": (deactivate_person, "{} er deaktiveret, og alle roller er afsluttet."),
    "genaktiver": (reactivate_person, "{} kan logge ind igen. Giv de roller, der er brug for."),
    "afslut-roller": (end_roles, "Alle roller, som {} havde, er afsluttet."),
}


@access(Permission.MANAGE_ORGANISATION, "POST")
def person_state(request: Request, pk: int) -> HttpResponse:
    person = _changeable(request, pk)
    if request.POST.get("handling") not in ACTS:
        raise BadRequest("unknown act")
    act, told = ACTS[request.POST["handling"]]
    try:
        act(person=person, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, told.format(person))
    return redirect("person-detail", pk=pk)


@access(Permission.MANAGE_ORGANISATION, "POST")
def person_invite(request: Request, pk: int) -> HttpResponse:
    person = _changeable(request, pk)
    if person.is_active:
        send_password_link(request, person)
        messages.success(request, f"{person} får en mail med et link til at vælge adgangskode.")
    else:
        messages.error(request, f"{person} er deaktiveret og kan ikke få et link.")
    return redirect("person-detail", pk=pk)


def _changeable(request: Request, pk: int) -> User:
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    if not administers_wholly(request.user, person):
        raise PermissionDenied(BEYOND)
    return person


def _status(request: Request) -> int:
    return 422 if request.method == "POST" else 200
