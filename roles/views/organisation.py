from datetime import date

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.http import HttpResponse
from django.utils.timezone import localdate

from roles.models import Permission
from roles.permissions import Request, access, may
from roles.queries.organisation import organisation_tree
from roles.views.page import render_page


@access(Permission.MANAGE_ORGANISATION)
def tree(request: Request) -> HttpResponse:
    search, day = request.GET.get("soeg", "").strip(), chosen_day(request.GET.get("dato", ""))
    rows = organisation_tree(on=day, search=search)
    context = {
        "rows": rows,
        "search": search,
        "day": day,
        "managed": {
            row.unit.pk for row in rows if may(request.user, Permission.MANAGE_ORGANISATION, row.unit)
        },
        "vacancies": [row for row in rows if row.lacks_leader],
    }
    return render_page(request, "roles/organisation.html", context, partial="rows")


def chosen_day(text: str) -> date:
    """The day in the address, as Danes write it, or today when there is none that can be read."""
    field = DateField(input_formats=("%d-%m-%Y", "%Y-%m-%d"))
    try:
        return field.to_python(text.strip()) or localdate()
    except ValidationError:
        return localdate()
