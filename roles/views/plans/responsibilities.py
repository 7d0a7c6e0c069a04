"""One line of a cell: written in the cell itself, or on a page of its own where there is no script."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from roles.actions.plans import (
    EditConflict,
    add_responsibility,
    change_responsibility,
    move_responsibility,
    remove_responsibility,
    restore_responsibility,
)
from roles.forms.fields import typed_key
from roles.forms.plans import ResponsibilityForm
from roles.models import Permission, Responsibility, ResponsibilityPlan
from roles.permissions import Request, access
from roles.queries.plans import restorable
from roles.views.page import render_page
from roles.views.plans.answers import (
    answer_cell,
    answer_conflict,
    answer_error,
    answer_gone,
    answer_refused,
    answer_removed,
    answer_saved,
    at_status,
    form_page,
)
from roles.views.plans.editor import Editor
from roles.views.plans.finding import asked_cell, editable_line, editable_plan, removed_line


@access(Permission.EDIT_PLAN, "GET", "POST")
def responsibility_new(request: Request, pk: int) -> HttpResponse:
    """An empty line in a cell. Once it is saved, the same form goes on writing on it."""
    plan = editable_plan(request, pk)
    role, phase = asked_cell(plan, request.GET.get("rolle", ""), request.GET.get("fase", ""))
    editor = Editor.for_new(plan, role, phase, after=_line_after(request, plan))
    if request.method != "POST":
        return form_page(request, editor)
    if made := _line_of(plan, request.POST.get("ansvar", "")):
        return _save(request, Editor.for_line(made))
    editor.form = ResponsibilityForm(request.POST, auto_id=editor.auto_id)
    if request.POST.get("saa") and not request.POST.get("text", "").strip():
        return answer_cell(request, plan, role, phase)
    return _add(request, editor)


@access(Permission.EDIT_PLAN, "GET", "POST")
def responsibility_edit(request: Request, pk: int) -> HttpResponse:
    try:
        line = editable_line(request, pk)
    except Http404:
        return answer_gone(request, _typed(request, Editor.for_new(*removed_line(request, pk))))
    if request.method == "POST":
        return _save(request, Editor.for_line(line))
    if line.plan.is_adopted:
        return redirect("plan-detail", line.plan_id)
    return form_page(request, Editor.for_line(line))


@access(Permission.EDIT_PLAN)
def responsibility_cell(request: Request, pk: int) -> HttpResponse:
    """The cell as it stands: what closing a form without saving shows."""
    plan = editable_plan(request, pk)
    role, phase = asked_cell(plan, request.GET.get("rolle", ""), request.GET.get("fase", ""))
    return answer_cell(request, plan, role, phase, focus=typed_key(request.GET.get("ansvar", "")))


@access(Permission.EDIT_PLAN, "POST")
def responsibility_move(request: Request, pk: int) -> HttpResponse:
    """A step (`retning`), or to a cell (`til`, role:phase) and there before another line (`foer`)."""
    line = editable_line(request, pk)
    left = line.role, line.phase
    if "text" in request.POST and (refused := _saved_first(request, line)):
        return refused
    try:
        moved = _moved(request, line)
    except ValidationError as error:
        return answer_error(request, line.plan, error)
    emptied = left if left != (moved.role, moved.phase) else None
    return answer_cell(request, line.plan, moved.role, moved.phase, focus=moved.pk, emptied=emptied)


@access(Permission.EDIT_PLAN, "POST")
def responsibility_remove(request: Request, pk: int) -> HttpResponse:
    line = editable_line(request, pk)
    edition = typed_key(request.POST.get("edition", "")) or 0
    try:
        history_id = remove_responsibility(responsibility=line, edition=edition, by=request.user)
    except EditConflict as conflict:
        return at_status(answer_conflict(request, _typed(request, Editor.for_line(line)), conflict), line)
    except ValidationError as error:
        return answer_error(request, line.plan, error)
    return answer_removed(request, line, history_id)


@access(Permission.EDIT_PLAN)
def responsibility_history(request: Request, pk: int) -> HttpResponse:
    line = editable_line(request, pk)
    context = {"line": line, "plan": line.plan, "editions": restorable(line)}
    return render_page(request, "roles/plan_line_history.html", context, partial="editions")


@access(Permission.EDIT_PLAN, "POST")
def responsibility_restore(request: Request, pk: int) -> HttpResponse:
    """Bring an earlier edition of a line back, also of one that was removed."""
    plan = editable_plan(request, pk)
    history_id = typed_key(request.POST.get("udgave", "")) or 0
    try:
        line = restore_responsibility(plan=plan, history_id=history_id, by=request.user)
    except ValidationError as error:
        return answer_error(request, plan, error)
    return answer_cell(request, plan, line.role, line.phase, focus=line.pk)


def _add(request: Request, editor: Editor) -> HttpResponse:
    form = editor.form
    if not form.is_valid():
        return answer_refused(request, editor)
    try:
        line = add_responsibility(
            plan=editor.plan,
            role=editor.role,
            phase=editor.phase,
            values=form.content(),
            by=request.user,
            after=editor.after,
        )
    except ValidationError as error:
        form.take(error)
        return answer_refused(request, editor)
    return answer_saved(request, line)


def _save(request: Request, editor: Editor) -> HttpResponse:
    line = editor.line
    assert line is not None
    editor.form = form = ResponsibilityForm(request.POST, auto_id=editor.auto_id)
    if not form.is_valid():
        return answer_refused(request, editor)
    try:
        saved = change_responsibility(
            responsibility=line, edition=_edition(request), values=form.content(), by=request.user
        )
    except EditConflict as conflict:
        return answer_conflict(request, editor, conflict)
    except ValidationError as error:
        form.take(error)
        return answer_refused(request, editor)
    return answer_saved(request, saved)


def _saved_first(request: Request, line: Responsibility) -> HttpResponse | None:
    """What was typed in the form before one of its other buttons was pressed; the refusal, if any."""
    answer = _save(request, Editor.for_line(line))
    return at_status(answer, line) if answer.status_code >= 400 else None


def _moved(request: Request, line: Responsibility) -> Responsibility:
    if direction := request.POST.get("retning", ""):
        return move_responsibility(responsibility=line, by=request.user, up=direction == "op")
    if not (place := request.POST.get("til", "")):
        raise ValidationError("Vælg, hvor ansvaret skal flyttes hen.")
    role, _, phase = place.partition(":")
    before = _line_of(line.plan, request.POST.get("foer", ""))
    to = asked_cell(line.plan, role, phase)
    return move_responsibility(responsibility=line, by=request.user, to=to, before=before)


def _typed(request: Request, editor: Editor) -> Editor:
    if "text" in request.POST:
        editor.form = ResponsibilityForm(request.POST, auto_id=editor.auto_id)
        editor.form.is_valid()
    return editor


def _edition(request: Request) -> int:
    """Of the line as it was opened, or as the person has seen and chosen to write over."""
    return typed_key(request.POST.get("overtag", "") or request.POST.get("edition", "")) or 0


def _line_after(request: Request, plan: ResponsibilityPlan) -> Responsibility | None:
    return _line_of(plan, request.GET.get("efter", ""))


def _line_of(plan: ResponsibilityPlan, key: str) -> Responsibility | None:
    lines = Responsibility.objects.select_related("plan__unit", "role")
    return lines.filter(plan=plan, pk=typed_key(key) or 0).first()
