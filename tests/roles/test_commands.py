import json
from io import StringIO

import pytest
from django.core.management import call_command

from roles.models import Permission, RoleCode, UnitPermission
from roles.permissions import ROLE_PERMISSIONS


def output(*command: str) -> str:
    stream = StringIO()
    call_command(*command, stdout=stream)
    return stream.getvalue()


def test_urls_tells_who_may_open_each_page():
    pages = {page["name"]: page for page in json.loads(output("urls", "--json"))}

    assert pages["organisation"] == {
        "path": "/organisation/",
        "name": "organisation",
        "methods": ["GET", "HEAD"],
        "who": "manage_organisation",
        "roles": ["administrator"],
    }
    assert pages["livez"]["who"] == "everyone"
    assert (pages["home"]["who"], pages["home"]["roles"]) == ("signed_in", RoleCode.values)


def test_every_url_has_somebody_who_may_open_it():
    assert [page for page in json.loads(output("urls", "--json")) if not page["roles"]] == []


def test_authz_matrix_is_the_declared_one():
    cells = json.loads(output("authz_matrix", "--json"))

    allowed = {(cell["role"], cell["permission"]) for cell in cells if cell["allowed"]}
    assert allowed == {(role.value, right.value) for role, held in ROLE_PERMISSIONS.items() for right in held}
    assert len(cells) == len(RoleCode) * len(Permission)


def test_tables_are_readable_without_json():
    assert "/organisation/" in output("urls")
    assert "Teamledelse" in output("authz_matrix").splitlines()[0]


@pytest.mark.django_db
def test_sync_permissions_tells_what_it_mended(caseworker):
    UnitPermission.objects.all().delete()

    assert output("sync_permissions") == "2 rettigheder rettet.\n"
    assert output("sync_permissions") == "0 rettigheder rettet.\n"
