"""Plans as files: fetched in four layouts, and read in as a draft after it has been looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate

from roles.actions.files.outcome import FileRefused, RowProblem
from roles.actions.plans.exchange import Preview, keep_as_draft, preview, read_plan_file, write_json
from roles.forms.plan_files import KeepForm, PlanFileForm
from roles.models import Permission, Phase
from roles.permissions import Audience, Request, access
from roles.printing import plan_words
from roles.printing.plan_document import plan_docx
from roles.printing.plan_print import plan_pdf
from roles.printing.plan_sheet import plan_xlsx
from roles.queries.plan_content import Line, PlanContent, content_of
from roles.queries.plans import plans_visible
from roles.views.files import attached
from roles.views.page import render_page

Maker = Callable[[PlanContent, date], bytes]
LAYOUTS: dict[str, Maker] = {
    "xlsx": lambda plan, day: plan_xlsx(plan, made_on=day),
    "docx": lambda plan, day: plan_docx(plan, made_on=day),
    "pdf": lambda plan, day: plan_pdf(plan, made_on=day),
    "json": lambda plan, day: write_json(plan).encode(),
}


@access(Audience.SIGNED_IN)
def plan_export(request: Request, pk: int, layout: str) -> HttpResponse:
    plan = get_object_or_404(plans_visible(request.user), pk=pk)
    if layout not in LAYOUTS:
        raise Http404
    content = content_of(plan)
    return attached(LAYOUTS[layout](content, localdate()), plan_words.file_name(content, layout))


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_import(request: Request) -> HttpResponse:
    """A file is shown first; what was shown is then kept as a draft."""
    if request.method != "POST":
        return _ask(request, PlanFileForm(user=request.user))
    return _keep(request) if "content" in request.POST else _show(request)


def _ask(
    request: Request, form: PlanFileForm, *, problems: list[RowProblem] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "problems": problems or []}
    return render_page(request, "roles/plan_import.html", context, status=status)


def _show(request: Request) -> HttpResponse:
    form = PlanFileForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _ask(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        file = read_plan_file(upload.read(), name=upload.name)
        unit, subject = form.target(file.content)
    except FileRefused as error:
        return _ask(request, form, problems=error.problems, status=422)
    except ValidationError as error:
        form.take(error)
        return _ask(request, form, status=422)
    found = preview(file, unit=unit, subject=subject)
    return render_page(request, "roles/plan_import_preview.html", _shown(found))


def _shown(found: Preview) -> dict[str, Any]:
    return {
        "found": found,
        "document": write_json(found.content),
        "added": _lines(found.added, found.content),
        "changed": _lines(found.changed, found.content),
        "removed": _lines(found.removed, found.stored or found.content),
    }


def _lines(lines: list[Line], plan: PlanContent) -> list[dict[str, str]]:
    names = {party.code: party.name for party in plan.parties}
    return [
        {
            "text": line.text,
            "place": f"{names.get(line.role, line.role)}, {Phase(line.phase).label.lower()}",
            "timing": plan_words.timing(line),
        }
        for line in lines
    ]


def _keep(request: Request) -> HttpResponse:
    form = KeepForm(request.POST, user=request.user)
    if form.is_valid():
        unit, subject = form.cleaned_data["unit"], form.cleaned_data["subject"]
        try:
            file = read_plan_file(form.cleaned_data["content"].encode())
            plan = keep_as_draft(file=file, unit=unit, subject=subject, by=request.user)
        except FileRefused as error:
            return _ask(request, PlanFileForm(user=request.user), problems=error.problems, status=422)
        except ValidationError as error:
            problems = [RowProblem(1, "", message) for message in error.messages]
            return _ask(request, PlanFileForm(user=request.user), problems=problems, status=422)
        messages.success(request, "Filen er gemt som kladde. Ret den til, og registrér vedtagelsen bagefter.")
        return redirect("plan-edit", plan.pk)
    problems = [RowProblem(1, "", "Planen kunne ikke gemmes. Vælg filen igen.")]
    return _ask(request, PlanFileForm(user=request.user), problems=problems, status=422)
