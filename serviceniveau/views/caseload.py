from django.http import HttpResponse
from django.shortcuts import render

from roles.actions import log_read
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page
from serviceniveau.queries.caseload import Concern, caseload_of
from serviceniveau.queries.cases import matching_cases


@access(Permission.REGISTER_DECISION)
def caseload(request: Request) -> HttpResponse:
    chosen, search = request.GET.get("vis", ""), request.GET.get("sag", "").strip()
    concern = Concern(chosen) if chosen in Concern.values else None
    page = request.GET.get("side", 1)
    own = caseload_of(request.user, concern=concern or "", search=search, page=page)
    log_read(
        by=request.user,
        act="søgt" if search else "åbnet",
        subject="sag",
        keys=[row.case.pk for row in own.rows],
        purpose="Min sagsstamme",
    )
    context = {"caseload": own, "concern": concern, "search": search}
    return render_page(request, "serviceniveau/caseload.html", context, partial="rows")


@access(Permission.REGISTER_DECISION)
def case_options(request: Request) -> HttpResponse:
    """The type-ahead of the decision form: options for a datalist."""
    cases = matching_cases(request.user, request.GET.get("case_number", "").strip())
    if cases:
        log_read(
            by=request.user,
            act="søgt",
            subject="sag",
            keys=[case.pk for case in cases],
            purpose="Valg af sag til ny afgørelse",
        )
    return render(request, "serviceniveau/case_options.html", {"cases": cases})
