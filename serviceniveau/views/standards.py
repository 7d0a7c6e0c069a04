from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from roles.models import Permission
from roles.permissions import Audience, Request, access, may
from roles.views.page import render_page
from serviceniveau.queries.standards import (
    Shelf,
    level_tables,
    shelf_sizes,
    shown_version,
    standard_rows,
    version_state,
    visible_standards,
    visible_versions,
)
from serviceniveau.queries.wording import expected_sentence


@access(Audience.SIGNED_IN)
def standard_list(request: Request) -> HttpResponse:
    search = request.GET.get("soeg", "").strip()
    shelf = chosen_shelf(request.GET.get("vis", ""))
    sizes = shelf_sizes(request.user, search=search)
    offered = {Shelf.IN_FORCE, Shelf.LIBRARY, shelf} | {each for each, size in sizes.items() if size}
    context = {
        "groups": standard_rows(request.user, shelf=shelf, search=search),
        "shelf": shelf,
        "shelves": [(each, sizes[each]) for each in Shelf if each in offered],
        "search": search,
    }
    return render_page(request, "serviceniveau/standard_list.html", context, partial="rows")


def chosen_shelf(text: str) -> Shelf:
    return Shelf(text) if text in Shelf.values else Shelf.IN_FORCE


@access(Audience.SIGNED_IN)
def standard_detail(request: Request, pk: int) -> HttpResponse:
    """The version in force today, or the one nearest to it."""
    return standard_page(request, pk, None)


@access(Audience.SIGNED_IN)
def standard_version(request: Request, pk: int, number: int) -> HttpResponse:
    """One version for ever: the address that a decision of its time can point to."""
    return standard_page(request, pk, number)


def standard_page(request: Request, pk: int, number: int | None) -> HttpResponse:
    standards = visible_standards(request.user).select_related("legal_basis", "owner")
    standard = get_object_or_404(standards, pk=pk)
    versions = visible_versions(request.user, standard)
    version = shown_version(versions)
    if number is not None:
        version = next((each for each in versions if each.number == number), None)
        if version is None:
            raise Http404
    context = {
        "standard": standard,
        "version": version,
        "state": version_state(standard, version),
        "is_current": version == shown_version(versions),
        "versions": [(each, version_state(standard, each)) for each in versions],
        "tables": level_tables(version) if version else [],
        "expected": expected_sentence(version) if version else "",
        "shows_signals": may(request.user, Permission.VIEW_SIGNALS) and not standard.origin_municipality,
    }
    return render_page(request, "serviceniveau/standard_detail.html", context)
