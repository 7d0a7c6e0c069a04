from django.http import HttpResponse

from followup.queries.month_list import import_receipts, month_rows
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page


@access(Permission.VIEW_OPERATIONS)
def month_list(request: Request) -> HttpResponse:
    context = {"rows": month_rows(), "receipts": import_receipts()}
    return render_page(request, "followup/month_list.html", context, partial="rows")
