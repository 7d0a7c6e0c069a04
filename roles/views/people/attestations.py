"""Twice a year a leader says which roles are right."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from roles.actions.attestations import answer_items, open_attestations
from roles.models import Attestation, AttestationItem, Permission
from roles.permissions import Audience, Request, access, may
from roles.queries.attestations import (
    attestation_lines,
    attestation_rows,
    attestations_visible_to,
    mine_among,
)
from roles.views.page import page_of


@access(Audience.SIGNED_IN)
def attestation_list(request: Request) -> HttpResponse:
    visible = attestations_visible_to(request.user)
    page = page_of(visible, request)
    context = {
        "page": page,
        "rows": attestation_rows(request.user, visible.filter(pk__in=[each.pk for each in page])),
        "may_start": may(request.user, Permission.MANAGE_ORGANISATION),
    }
    return render(request, "roles/attestation_list.html", context)


@access(Audience.SIGNED_IN)
def attestation_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@access(Audience.SIGNED_IN, "POST")
def attestation_answer(request: Request, pk: int) -> HttpResponse:
    """The lines that were answered; or all that wait for the user, with the one button."""
    attestation = _found(request, pk)
    items = AttestationItem.objects.filter(attestation=attestation)
    mine = mine_among(request.user, items)
    is_all = request.POST.get("handling") == "alle"
    answers = _all_right(mine.waiting) if is_all else _typed(request, mine.may_answer)
    if not answers:
        return _page(request, attestation, problem="Vælg et svar for mindst én rolle, før du gemmer.")
    try:
        answered = answer_items(answers=answers, by=request.user)
    except ValidationError as error:
        return _page(request, attestation, problem=" ".join(error.messages))
    messages.success(request, _told(len(answered), len(mine.waiting - answers.keys())))
    return redirect("attestation-detail", pk=pk)


@access(Permission.MANAGE_ORGANISATION, "POST")
def attestation_open(request: Request) -> HttpResponse:
    opened = open_attestations(as_of=localdate(), by=request.user)
    if opened:
        messages.success(request, f"Gennemgangen er startet for {len(opened)} enheder.")
    else:
        messages.info(request, "Alle enheder med roller har allerede en gennemgang i gang eller fra i dag.")
    return redirect("attestation-list")


def _found(request: Request, pk: int) -> Attestation:
    return get_object_or_404(attestations_visible_to(request.user), pk=pk)


def _all_right(mine: set[int]) -> dict[int, tuple[str, str]]:
    return dict.fromkeys(mine, (AttestationItem.Answer.KEEP.value, ""))


def _typed(request: Request, mine: set[int]) -> dict[int, tuple[str, str]]:
    """Answer and remark by line. A line of another stays out whatever is sent."""
    answers = {}
    for pk in mine:
        answer = request.POST.get(f"svar-{pk}", "")
        if answer in AttestationItem.Answer.values:
            answers[pk] = (answer, request.POST.get(f"bemaerkning-{pk}", ""))
    return answers


def _told(answered: int, left: int) -> str:
    lines = "1 rolle" if answered == 1 else f"{answered} roller"
    return f"Du har svaret for {lines}." + (f" {left} venter stadig på dig." if left else "")


def _page(request: Request, attestation: Attestation, *, problem: str = "") -> HttpResponse:
    lines = attestation_lines(request.user, attestation)
    for line in lines:
        line.chosen = request.POST.get(f"svar-{line.item.pk}", "")
        line.remark = request.POST.get(f"bemaerkning-{line.item.pk}", "")
    context = {
        "attestation": attestation,
        "rows": lines,
        "waiting": sum(line.waits for line in lines),
        "may_answer": any(line.may_answer for line in lines),
        "answered": sum(bool(line.item.answer) for line in lines),
        "answers": AttestationItem.Answer.choices,
        "problem": problem,
    }
    return render(request, "roles/attestation_detail.html", context, status=422 if problem else 200)
