"""Who has seen a case, and the monthly random samples. Looking here is itself written down."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from roles.actions import log_read
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page
from serviceniveau.actions.readings import check_read
from serviceniveau.forms.readings import CheckReadForm
from serviceniveau.models import ReadSampleItem
from serviceniveau.queries.readers import LOGGED_READERS, cases_numbered, cases_with_readers, readers_of
from serviceniveau.queries.readings import looks_in, samples_with_progress, visible_items, visible_samples


@access(Permission.VIEW_READ_LOG)
def case_readers(request: Request, pk: int) -> HttpResponse:
    case = get_object_or_404(cases_with_readers(request.user).select_related("unit", "caseworker"), pk=pk)
    readers = readers_of(case, page=request.GET.get("side", 1))
    _log(request, [case.pk], "Hvem har set sagen")
    return render_page(request, "serviceniveau/case_readers.html", {"case": case, "readers": readers})


@access(Permission.VIEW_READ_LOG)
def case_readers_find(request: Request) -> HttpResponse:
    """From a case number to its readers; a choice where two systems use the same number."""
    number = request.GET.get("sag", "").strip()
    found = cases_numbered(request.user, number)
    if len(found) == 1:
        return redirect("case-readers", found[0].pk)
    if found:
        _log(request, [case.pk for case in found], "Søgning efter sag i læseloggen")
    return render_page(request, "serviceniveau/case_readers_find.html", {"number": number, "cases": found})


@access(Permission.VIEW_READ_LOG)
def sample_list(request: Request) -> HttpResponse:
    context = {"samples": samples_with_progress(request.user)}
    return render_page(request, "serviceniveau/read_sample_list.html", context)


@access(Permission.VIEW_READ_LOG)
def sample_detail(request: Request, pk: int) -> HttpResponse:
    sample = get_object_or_404(visible_samples(request.user).select_related("unit"), pk=pk)
    looks = looks_in(sample, user=request.user)
    _log(request, sorted({look.item.case_id for look in looks}), "Stikprøve af opslag")
    context = {"sample": sample, "looks": looks, "waiting": sum(not look.item.finding for look in looks)}
    return render_page(request, "serviceniveau/read_sample_detail.html", context)


@access(Permission.VIEW_READ_LOG, "GET", "POST")
def sample_check(request: Request, pk: int) -> HttpResponse:
    items = visible_items(request.user).select_related("sample__unit", "read__user", "case__caseworker")
    item = get_object_or_404(items, pk=pk)
    look = next(each for each in looks_in(item.sample, user=request.user) if each.item.pk == pk)
    answered = {"finding": item.finding, "note": item.note}
    form = CheckReadForm(request.POST if request.method == "POST" else None, initial=answered)
    if request.method == "POST" and form.is_valid() and _checked(request, item, form):
        messages.success(request, "Vurderingen er gemt.")
        return redirect(reverse("read-sample-detail", args=[item.sample_id]) + f"#opslag-{item.pk}")
    _log(request, [item.case_id], "Stikprøve af opslag")
    status = 422 if request.method == "POST" else 200
    context = {"look": look, "sample": item.sample, "form": form}
    return render_page(request, "serviceniveau/read_sample_check.html", context, status=status)


def _checked(request: Request, item: ReadSampleItem, form: CheckReadForm) -> bool:
    """Whether it was saved; what the action refuses is said on the form."""
    values = form.cleaned_data
    try:
        check_read(item=item, finding=values["finding"], note=values["note"], by=request.user)
    except ValidationError as error:
        form.take(error)
        return False
    return True


def _log(request: Request, keys: list[int], purpose: str) -> None:
    log_read(by=request.user, act="åbnet", subject=LOGGED_READERS, keys=keys, purpose=purpose)
