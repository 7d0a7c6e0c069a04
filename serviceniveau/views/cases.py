from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from roles.actions import log_read
from roles.models import Permission
from roles.permissions import Request, access, may
from roles.views.page import render_page
from serviceniveau.models import Case
from serviceniveau.queries.cases import case_file
from serviceniveau.queries.changes import changes_of


@access(Permission.VIEW_CASE)
def case_detail(request: Request, pk: int) -> HttpResponse:
    cases = Case.objects.visible_to(request.user).select_related("unit", "caseworker", "target_group")
    case = get_object_or_404(cases, pk=pk)
    log_read(by=request.user, act="åbnet", subject="sag", keys=[case.pk], purpose="Sagsside")
    context = {
        "case": case,
        "file": case_file(case),
        "changes": changes_of(case),
        "may_register": may(request.user, Permission.REGISTER_DECISION, case.unit),
        "may_see_readers": may(request.user, Permission.VIEW_READ_LOG, case.unit),
    }
    return render_page(request, "serviceniveau/case_detail.html", context)
