from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from redis import Redis

from roles.models import Role, RoleCode, Unit, User
from tests.factories import UnitFactory, UserFactory, give_role
from tests.programs import Programs


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Append-only tables refuse TRUNCATE; the transactional tests need it to clean up after themselves."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            """
            SELECT format('ALTER TABLE %I DISABLE TRIGGER %I', relname, tgname)
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE tgname LIKE 'pgtrigger_no_truncate_%'
            """
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def _forget_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _rows_of_migrations(request: pytest.FixtureRequest) -> None:
    """A transactional test leaves every table empty, also those that a migration filled."""
    marker = request.node.get_closest_marker("django_db")
    asks = {"transactional_db", "live_server"} & set(request.fixturenames)
    if asks or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        if not Role.objects.exists():
            import_module("roles.migrations.0002_roles").add_roles(apps, None)
            import_module("roles.migrations.0007_parties_and_letters").add(apps, None)
            import_module("roles.migrations.0012_words_of_signal_letters").add(apps, None)


@pytest.fixture
def team(db: None) -> Unit:
    """Team Nord in an otherwise empty municipality."""
    return UnitFactory(code="FJO-SS-VH-T1", name="Team Nord")


@pytest.fixture
def caseworker(team: Unit) -> User:
    return give_role(UserFactory(name="Asta Bøgelund"), RoleCode.CASEWORKER, team)


@pytest.fixture
def leader(team: Unit) -> User:
    return give_role(UserFactory(name="Ib Lærkedal"), RoleCode.TEAM_LEADER, team)


@pytest.fixture
def politician(team: Unit) -> User:
    return give_role(UserFactory(name="Gro Ravn"), RoleCode.POLITICIAN, team.parent.parent.parent)


@pytest.fixture
def administrator(team: Unit) -> User:
    return give_role(UserFactory(name="Per Admin"), RoleCode.ADMINISTRATOR, team.parent.parent.parent)


@pytest.fixture
def controller(team: Unit) -> User:
    return give_role(UserFactory(name="Ane Tal"), RoleCode.CONTROLLER, team.parent.parent.parent)


@pytest.fixture
def log_in(client: Client):
    def as_user(user: User) -> Client:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_user


@pytest.fixture
def workers(transactional_db: None) -> Iterator[Programs]:
    """Starts what the test asks for; the broker is empty before and after."""
    Redis.from_url(settings.REDIS_URL).flushdb()
    found = Programs()
    yield found
    found.stop()
    Redis.from_url(settings.REDIS_URL).flushdb()
