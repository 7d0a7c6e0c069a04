"""The letters by e-mail: their words, and the log of what was sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.actions.letter_templates import TemplateConflict, change_template, preview
from roles.forms.fields import typed_date
from roles.forms.letters import TemplateForm
from roles.letter_fields import LETTER_FIELDS
from roles.models import MailLog, MailTemplate, Permission
from roles.permissions import Request, access, units_with
from roles.queries.mail_log import sent_letters
from roles.views.page import kept_in_address, page_of, render_page

ONE_FOR_ALL = "Mails er ens for hele kommunen. Kun en administrator for kommunen kan ændre dem."
TRY_OUT = "vis"  # the button that shows the letter and saves nothing


@access(Permission.MANAGE_ORGANISATION)
def template_list(request: Request) -> HttpResponse:
    return render(request, "roles/mail_templates.html", {"templates": MailTemplate.objects.all()})


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def template_edit(request: Request, code: str) -> HttpResponse:
    template = get_object_or_404(MailTemplate, code=code)
    if request.method != "POST":
        return _page(request, template, TemplateForm.of(template))
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _page(request, template, form, status=422)
    if request.POST.get("handling") == TRY_OUT:
        return _tried_out(request, template, form)
    if not units_with(request.user, Permission.MANAGE_ORGANISATION).filter(parent=None).exists():
        raise PermissionDenied(ONE_FOR_ALL)
    return _saved(request, template, form)


def _tried_out(request: Request, template: MailTemplate, form: TemplateForm) -> HttpResponse:
    written = form.cleaned_data
    try:
        shown = preview(template=template, subject=written["subject"], body=written["body"])
    except ValidationError as error:
        form.take(error)
        return _page(request, template, form, status=422)
    return _page(request, template, form, preview=shown, is_tried=True)


def _saved(request: Request, template: MailTemplate, form: TemplateForm) -> HttpResponse:
    try:
        change_template(template=template, by=request.user, **form.cleaned_data)
    except TemplateConflict as conflict:
        return _conflict(request, conflict.current, form)
    except ValidationError as error:
        form.take(error)
        return _page(request, template, form, status=422)
    messages.success(request, f"Mailen “{template}” er gemt og bruges fra næste gang, den sendes.")
    return redirect("mail-templates")


def _conflict(request: Request, current: MailTemplate, form: TemplateForm) -> HttpResponse:
    """Both texts; what was typed stays, and saving again chooses it."""
    mine = TemplateForm(initial={**form.cleaned_data, "edition": current.edition})
    latest = current.history.select_related("history_user").first()
    context = {"conflict": current, "latest": latest, "typed": form.cleaned_data}
    return _page(request, current, mine, status=409, **context)


def _page(
    request: Request, template: MailTemplate, form: TemplateForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    shown = {
        "template": template,
        "form": form,
        "fields": LETTER_FIELDS[template.code],
        "preview": preview(template=template, subject=template.subject, body=template.body),
    }
    return render(request, "roles/mail_template_edit.html", shown | context, status=status)


@access(Permission.MANAGE_ORGANISATION)
def log(request: Request) -> HttpResponse:
    asked = request.GET
    state = asked["status"] if asked.get("status", "") in MailLog.State.values else ""
    day, person = typed_date(asked.get("dag", "")), asked.get("person", "").strip()
    letters = sent_letters(request.user, state=state, day=day, person=person)
    context = {
        "page": page_of(letters, request),
        "kept": kept_in_address(request),
        "states": MailLog.State,
        "state": state,
        "day": day,
        "person": person,
    }
    return render_page(request, "roles/mail_log.html", context, partial="rows")
