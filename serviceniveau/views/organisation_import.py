"""An administrator's file with the organisation: first what it would do, then it is done."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from roles.actions.files.outcome import FileRefused, ImportOutcome
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page
from serviceniveau.actions.imports.organisation import deliver_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.forms.moving import OrganisationFileForm

KEPT_SECONDS = 30 * 60
TEMPLATE = "serviceniveau/organisation_import.html"


@transaction.non_atomic_requests  # the run is kept also when its file is refused
@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def organisation_import(request: Request) -> HttpResponse:
    if request.method != "POST":
        return render_page(request, TEMPLATE, {"form": OrganisationFileForm()})
    if "token" in request.POST:
        return _do(request)
    form = OrganisationFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_page(request, TEMPLATE, {"form": form}, status=422)
    upload = form.cleaned_data["file"]
    return _rehearse(request, form, DeliveredFile(upload.name, upload.read()))


def _rehearse(request: Request, form: OrganisationFileForm, file: DeliveredFile) -> HttpResponse:
    """Keep the file for the second answer, with the one who sent it."""
    try:
        outcome = deliver_organisation(file=file, by=request.user, dry_run=True)
    except FileRefused as refusal:
        return _refused(request, form, refusal)
    token = str(uuid4())
    cache.set(_key(request, token), (file.name, file.content), KEPT_SECONDS)
    context = {"form": OrganisationFileForm(), "outcome": outcome, "file_name": file.name, "token": token}
    return render_page(request, TEMPLATE, context)


def _do(request: Request) -> HttpResponse:
    key = _key(request, request.POST["token"])
    kept = cache.get(key)
    form = OrganisationFileForm()
    if kept is None:
        form = OrganisationFileForm({})
        form.errors["file"] = form.error_class(["Filen gemmes kun en halv time. Vælg den igen."])
        return render_page(request, TEMPLATE, {"form": form}, status=422)
    cache.delete(key)
    try:
        outcome = deliver_organisation(file=DeliveredFile(*kept), by=request.user)
    except FileRefused as refusal:
        return _refused(request, form, refusal)
    messages.success(request, receipt(outcome))
    return redirect("organisation")


def _refused(request: Request, form: OrganisationFileForm, refusal: FileRefused) -> HttpResponse:
    context = {"form": form, "refused": refusal.problems}
    return render_page(request, TEMPLATE, context, status=422)


def _key(request: Request, token: str) -> str:
    return f"organisation-import-{request.user.pk}-{token[:36]}"


def receipt(outcome: ImportOutcome) -> str:
    rejected = f" {outcome.rejected} er ikke med, fordi de blev afvist." if outcome.rejected else ""
    return (
        f"Filen er indlæst: {outcome.created} oprettet, {outcome.updated} rettet,"
        f" {outcome.unchanged} uændret.{rejected}"
    )
