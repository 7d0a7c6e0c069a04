"""How a change of a line is answered: the cell for htmx, the page for those without script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.actions.plans import EditConflict
from roles.actions.plans.responsibilities import cell_of
from roles.models import Phase, Responsibility, ResponsibilityPlan, Role
from roles.permissions import Request
from roles.queries.plans import Cell
from roles.views.plans.editor import Clash, Editor, edit_address, new_address

ITEM, PAGE = "roles/plan_line_item.html", "roles/plan_line_page.html"
STATUS = "roles/plan_line_status.html"
CLOSE, AND_NEW = "luk", "ny"  # what saving by hand leads to; saving as one types stays


def form_page(
    request: Request, editor: Editor, *, clash: Clash | None = None, gone: bool = False, status: int = 200
) -> HttpResponse:
    context = {"editor": editor, "form": editor.form, "plan": editor.plan, "clash": clash, "gone": gone}
    if editor.line:
        context["rows"] = editor.plan.rows.select_related("role").order_by("position", "pk")
        context["phases"] = list(Phase)
    context["edition"] = request.POST.get("edition", "")
    response = render(request, ITEM if request.htmx else PAGE, context, status=status)  # type: ignore[attr-defined]
    response["Vary"] = "HX-Request"
    return response


def answer_saved(request: Request, line: Responsibility) -> HttpResponse:
    asked = request.POST.get("saa", "")
    plan, role, phase = line.plan, line.role, Phase(line.phase)
    if not request.htmx:  # type: ignore[attr-defined]
        new = new_address(plan, role, phase, line)
        return redirect(new if asked == AND_NEW else edit_address(plan, line))
    if asked == AND_NEW:
        return answer_cell(request, plan, role, phase, opened=Editor.for_new(plan, role, phase, line))
    if asked == CLOSE:
        return answer_cell(request, plan, role, phase, focus=line.pk)
    return render(request, f"{STATUS}#saved", {"line": line})


def answer_refused(request: Request, editor: Editor) -> HttpResponse:
    """What is typed stays in the form; what is missing stands below it."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{STATUS}#refused", _told(request, editor), status=422)
    return form_page(request, editor, status=422)


def answer_conflict(request: Request, editor: Editor, conflict: EditConflict) -> HttpResponse:
    clash = Clash.of(conflict, editor.form)
    if request.htmx:  # type: ignore[attr-defined]
        context = _told(request, editor) | {"clash": clash}
        return render(request, f"{STATUS}#conflict", context, status=409)
    return form_page(request, editor, clash=clash, status=409)


def answer_gone(request: Request, editor: Editor) -> HttpResponse:
    """The line was removed meanwhile: what is typed can become a new one."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{STATUS}#gone", {"editor": editor}, status=409)
    return form_page(request, editor, gone=True, status=409)


def answer_cell(  # noqa: PLR0913 - what a cell shows
    request: Request,
    plan: ResponsibilityPlan,
    role: Role,
    phase: Phase | str,
    *,
    focus: int | None = None,
    opened: Editor | None = None,
    emptied: tuple[Role, str] | None = None,
    removed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The cell anew, with the focus where the work goes on; `emptied` is the cell that a line left."""
    if not request.htmx:  # type: ignore[attr-defined]
        line = Responsibility.objects.filter(pk=focus).first() if focus else None
        return redirect(edit_address(plan, line))
    context = {
        "plan": plan,
        "editing": True,
        "search": "",
        "hits": None,
        "cell": _cell(plan, role, phase),
        "emptied": _cell(plan, *emptied) if emptied else None,
        "focus": focus,
        "opened": opened,
        "removed": removed,
    }
    response = render(request, "roles/plan_cell_answer.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = f"#celle-{role.pk}-{Phase(phase).value}", "outerHTML"
    return response


def answer_removed(request: Request, line: Responsibility, history_id: int) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(edit_address(line.plan, fortryd=history_id))
    removed = {"udgave": history_id, "place": line.position - 1}
    return answer_cell(request, line.plan, line.role, line.phase, removed=removed)


def answer_error(request: Request, plan: ResponsibilityPlan, error: ValidationError) -> HttpResponse:
    """A change that the plan refuses: said on the page, which then shows the plan as it stands."""
    messages.error(request, " ".join(error.messages))
    address = edit_address(plan)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _cell(plan: ResponsibilityPlan, role: Role, phase: str) -> Cell:
    return Cell(role, Phase(phase), cell_of(plan, role, phase))


def _told(request: Request, editor: Editor) -> dict[str, Any]:
    """The line and edition that the form goes on writing on."""
    return {
        "editor": editor,
        "form": editor.form,
        "edition": request.POST.get("edition", ""),
        "made": request.POST.get("ansvar", ""),
    }


def at_status(response: HttpResponse, line: Responsibility) -> HttpResponse:
    """For the buttons of a form that otherwise draw its cell anew."""
    response["HX-Retarget"] = f"#status-{line.pk}"
    response["HX-Reswap"] = "innerHTML"
    return response
