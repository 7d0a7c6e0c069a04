from django.http import HttpResponse
from django.utils.timezone import localdate

from roles.forms.fields import typed_date
from roles.models import Permission
from roles.permissions import Request, access, may
from roles.queries.organisation import organisation_tree
from roles.views.page import render_page


@access(Permission.MANAGE_ORGANISATION)
def tree(request: Request) -> HttpResponse:
    search, day = request.GET.get("soeg", "").strip(), typed_date(request.GET.get("dato", "")) or localdate()
    rows = organisation_tree(on=day, search=search)
    context = {
        "rows": rows,
        "search": search,
        "day": day,
        "managed": {
            row.unit.pk for row in rows if may(request.user, Permission.MANAGE_ORGANISATION, row.unit)
        },
        "vacancies": [row for row in rows if row.lacks_leader],
        "unnamed": sum(bool(row.counts) and not row.people for row in rows) if search else 0,
    }
    return render_page(request, "roles/organisation.html", context, partial="rows")
