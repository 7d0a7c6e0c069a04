"""The example files that the README points to go in, in the order it names them."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from serviceniveau.models import Judgement

HERE = Path(settings.BASE_DIR)
STEPS = (
    ("import_catalogue", "serviceniveau/data/catalogue.json"),
    ("import_organisation", "roles/data/organisation_example.csv"),
    ("import_standards", "serviceniveau/data/demo_standards.json"),
    ("import_standards", "serviceniveau/data/library_standards.json"),
    ("import_applications", "serviceniveau/data/examples/applications.csv"),
    ("import_registrations", "serviceniveau/data/examples/registrations.csv"),
)


@pytest.mark.django_db
def test_examples_go_in_whole_and_are_judged():
    outcomes = []
    for command, file in STEPS:
        out = StringIO()
        call_command(command, HERE / file, "--json", stdout=out, stderr=StringIO())
        outcomes.append(json.loads(out.getvalue()))

    assert [outcome["errors"] for outcome in outcomes] == [[] for _ in STEPS]
    assert all(outcome["rows"] == outcome["created"] > 0 for outcome in outcomes)
    judged = Judgement.objects.order_by("registration__decision_id").values_list("relation", flat=True)
    assert list(judged) == ["inside", "above"]


@pytest.mark.django_db
def test_the_os2mo_example_goes_in_whole():
    out = StringIO()
    mapping = HERE / "roles/data/os2mo_mapping.json"

    call_command(
        "import_organisation", HERE / "roles/data/os2mo_example.json", "--json", mapping=mapping, stdout=out
    )

    outcome = json.loads(out.getvalue())
    assert (outcome["errors"], outcome["created"]) == ([], outcome["rows"])
