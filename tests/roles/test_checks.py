import pgtrigger
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from roles import checks
from roles.models import Unit, User
from roles.permissions import Audience, access


@access(Audience.SIGNED_IN)
def declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("aaben/", declared, name="declared"), path("skjult/", undeclared, name="undeclared")]


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_program_as_it_stands_passes():
    assert checks.every_page_declares_access() == []
    assert checks.history_follows_its_model() == []


@pytest.mark.urls(__name__)
def test_page_without_declared_access_is_found():
    [error] = checks.every_page_declares_access()

    assert (error.id, error.msg) == ("roles.E001", "/skjult/ (undeclared) declares no access.")


def test_history_without_a_column_is_found(monkeypatch):
    meta = User.history.model._meta
    kept = [field for field in meta.concrete_fields if field.name != "name"]
    monkeypatch.setitem(meta.__dict__, "concrete_fields", kept)

    [error] = checks.history_follows_its_model()

    assert (error.id, error.msg) == ("roles.E002", "History of roles.User lacks ['name'].")


def test_history_without_triggers_is_found(monkeypatch):
    left = [trigger for trigger in Unit._meta.triggers if trigger.name != "history_delete"]
    monkeypatch.setattr(Unit._meta, "triggers", left)

    [error] = checks.history_follows_its_model()

    assert (error.id, error.msg) == ("roles.E003", "roles.Unit has history but no history triggers.")


@pytest.mark.django_db
def test_installed_triggers_are_those_of_the_models():
    assert checks.installed_triggers_are_current(databases=["default"]) == []
    assert checks.installed_triggers_are_current(databases=None) == []


@pytest.mark.django_db
def test_missing_trigger_is_found():
    [trigger] = [trigger for trigger in Unit._meta.triggers if trigger.name == "history_update"]
    trigger.uninstall(Unit)

    [error] = checks.installed_triggers_are_current(databases=["default"])

    assert error.id == "roles.E004"
    assert error.msg.startswith("Trigger history_update on roles.Unit is uninstalled")


@pytest.mark.django_db
def test_trigger_with_another_body_is_found():
    [trigger] = [trigger for trigger in Unit._meta.triggers if trigger.name == "history_update"]
    trigger.uninstall(Unit)
    older = pgtrigger.Trigger(
        name="history_update", when=pgtrigger.After, operation=pgtrigger.Update, func="RETURN NULL;"
    )
    older.install(Unit)

    [error] = checks.installed_triggers_are_current(databases=["default"])

    assert error.msg.startswith("Trigger history_update on roles.Unit is outdated")
    assert connection.in_atomic_block  # rolled back with the test
