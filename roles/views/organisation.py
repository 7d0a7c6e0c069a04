from django.http import HttpResponse

from roles.models import Permission
from roles.permissions import Request, access
from roles.queries import organisation_tree
from roles.views.page import render_page


@access(Permission.MANAGE_ORGANISATION)
def tree(request: Request) -> HttpResponse:
    return render_page(request, "roles/organisation.html", {"units": organisation_tree()})
