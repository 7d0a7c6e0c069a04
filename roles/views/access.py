from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from roles.models import Permission, User
from roles.permissions import Audience, Request, access, may
from roles.queries.access import person_rights, role_rights, titles_for_all
from roles.queries.people import people_visible_to
from roles.views.page import render_page


@access(Audience.SIGNED_IN)
def roles(request: Request) -> HttpResponse:
    context = {"roles": role_rights(), "for_all": titles_for_all()}
    return render_page(request, "roles/role_rights.html", context)


@access(Audience.SIGNED_IN)
def person(request: Request, pk: int) -> HttpResponse:
    """Everybody sees their own; who administers the organisation sees those of their people."""
    is_own = pk == request.user.pk
    people = User.objects.all() if is_own else people_visible_to(request.user)
    found = get_object_or_404(people, pk=pk)
    context = {
        "person": found,
        "is_own": is_own,
        "rights": person_rights(found),
        "sees_read_log": is_own and may(request.user, Permission.VIEW_READ_LOG),
    }
    return render_page(request, "roles/person_rights.html", context)
