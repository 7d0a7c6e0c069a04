"""Every way of writing x every tracked model leaves history with who and why: PostgreSQL writes it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.timezone import now

from followup.models import MonthlyReport, PublishedFigure
from roles.models import Permission, ReadLog, RoleAssignment, RoleCode, Unit, User
from roles.models.access import Role
from roles.models.history import acting, history_model
from roles.permissions import access
from serviceniveau import urls
from serviceniveau.models import DeviationReason, QualityStandard, ServiceLevel, StandardVersion
from tests import factories
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
Row = models.Model
MONTH = date(2026, 9, 1)
REASON = "prøve af historik"


def make_assignment() -> RoleAssignment:
    return RoleAssignment.objects.create(
        user=UserFactory(),
        role=Role.objects.get(code=RoleCode.CASEWORKER),
        unit=UnitFactory(),
        valid=DateRange(date(2024, 1, 1), None),
    )


# model -> how to make a row that nothing depends on, and a field with another value to give it
TRACKED: dict[str, tuple[Callable[[], Row], str, Any]] = {
    "User": (UserFactory, "name", "Nyt Navn"),
    "Unit": (UnitFactory, "name", "Nyt team"),
    "RoleAssignment": (make_assignment, "valid", DateRange(date(2025, 1, 1), None)),
    "DeviationReason": (factories.DeviationReasonFactory, "name", "Ny grund"),
    "QualityStandard": (factories.QualityStandardFactory, "title", "Ny titel"),
    "StandardVersion": (factories.StandardVersionFactory, "purpose", "Nyt formål"),
    "ServiceLevel": (factories.ServiceLevelFactory, "text", "Ny tekst"),
    "Case": (factories.CaseFactory, "birth_year", 1980),
    "Application": (factories.ApplicationFactory, "deadline_on", date(2026, 12, 1)),
    "Grant": (factories.GrantFactory, "number", "B-ny"),
    "Registration": (factories.RegistrationFactory, "supplier", "Ny leverandør"),
    "ResponsibilityPlan": (factories.PlanFactory, "subject", "Nyt emne"),
    "PlanRole": (factories.PlanRoleFactory, "position", 9),
    "Responsibility": (factories.ResponsibilityFactory, "text", "Ny tekst"),
    "Event": (factories.EventFactory, "title", "Nyt møde"),
    "Duty": (factories.DutyFactory, "due_on", date(2026, 11, 15)),
    "DetectorSettings": (factories.DetectorSettingsFactory, "least_n", 9),
    "MailTemplate": (factories.MailTemplateFactory, "subject", "Nyt emne"),
    "RoleRequest": (factories.RoleRequestFactory, "remark", "Ny bemærkning"),
    "AttestationItem": (factories.AttestationItemFactory, "person", "Nyt Navn"),
    "ReadSampleItem": (factories.ReadSampleItemFactory, "note", "Ny bemærkning"),
}


def test_every_tracked_model_is_tried():
    tracked = {model.__name__ for model in apps.get_models() if hasattr(model, "history")}

    assert tracked == set(TRACKED)


def columns(row: Row) -> tuple[str, str]:
    names = [f'"{field.column}"' for field in row._meta.concrete_fields]
    return f'"{row._meta.db_table}"', ", ".join(names)


def run(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def stored(row: Row, field: str, value: Any) -> Any:
    return row._meta.get_field(field).get_db_prep_save(value, connection)


def keep_aside(row: Row) -> None:
    table, _ = columns(row)
    run(f"CREATE TEMP TABLE aside ON COMMIT DROP AS SELECT * FROM {table} WHERE id = %s", row.pk)


# Ways to write a row that is not there
def save(row: Row, field: str, value: Any) -> None:
    row.save(force_insert=True)


def create(row: Row, field: str, value: Any) -> None:
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    type(row)._default_manager.create(**values)


def get_or_create(row: Row, field: str, value: Any) -> None:
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    type(row)._default_manager.get_or_create(pk=row.pk, defaults=values)


def bulk_create(row: Row, field: str, value: Any) -> None:
    type(row)._default_manager.bulk_create([row])


def raw_insert(row: Row, field: str, value: Any) -> None:
    table, names = columns(row)
    run(f"INSERT INTO {table} ({names}) SELECT {names} FROM aside")


def copy(row: Row, field: str, value: Any) -> None:
    table, names = columns(row)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {names} FROM aside) TO STDOUT") as out:
            content = b"".join(bytes(part) for part in out)
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into:
            into.write(content)


# Ways to change a row that is there
def save_changed(row: Row, field: str, value: Any) -> None:
    setattr(row, field, value)
    row.save()


def queryset_update(row: Row, field: str, value: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**{field: value})


def bulk_update(row: Row, field: str, value: Any) -> None:
    setattr(row, field, value)
    type(row)._default_manager.bulk_update([row], [field])


def update_or_create(row: Row, field: str, value: Any) -> None:
    type(row)._default_manager.update_or_create(pk=row.pk, defaults={field: value})


def upsert(row: Row, field: str, value: Any) -> None:
    setattr(row, field, value)
    type(row)._default_manager.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=[field]
    )


def raw_update(row: Row, field: str, value: Any) -> None:
    table, _ = columns(row)
    column = row._meta.get_field(field).column
    run(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', stored(row, field, value), row.pk)


# Ways to remove a row
def delete(row: Row, field: str, value: Any) -> None:
    row.delete()


def queryset_delete(row: Row, field: str, value: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).delete()


def raw_delete(row: Row, field: str, value: Any) -> None:
    table, _ = columns(row)
    run(f"DELETE FROM {table} WHERE id = %s", row.pk)


INSERTING = (save, create, get_or_create, bulk_create, raw_insert, copy)
CHANGING = (save_changed, queryset_update, bulk_update, update_or_create, upsert, raw_update)
REMOVING = (delete, queryset_delete, raw_delete)


def left_behind(row: Row, actor: User, *, pk: int) -> list[tuple[str, str, int]]:
    """The history of the row that this actor wrote: kind, reason, and whether it is complete."""
    entries = history_model(type(row)).objects.filter(id=pk, history_user_id=actor.pk)
    return [(e.history_type, e.history_change_reason, e.id) for e in entries.order_by("history_id")]


@pytest.mark.parametrize("name", TRACKED)
@pytest.mark.parametrize("write", INSERTING)
def test_insert_is_in_the_history(write, name):
    factory, field, value = TRACKED[name]
    actor, row = UserFactory(), factory()
    pk = row.pk
    keep_aside(row)
    type(row)._default_manager.filter(pk=pk).delete()

    with acting(user_id=actor.pk, reason=REASON):
        write(row, field, value)

    assert left_behind(row, actor, pk=pk) == [("+", REASON, pk)]


@pytest.mark.parametrize("name", TRACKED)
@pytest.mark.parametrize("write", CHANGING)
def test_change_is_in_the_history(write, name):
    factory, field, value = TRACKED[name]
    actor, row = UserFactory(), factory()

    with acting(user_id=actor.pk, reason=REASON):
        write(row, field, value)

    assert left_behind(row, actor, pk=row.pk) == [("~", REASON, row.pk)]
    newest = history_model(type(row)).objects.filter(id=row.pk).order_by("-history_id")[0]
    assert getattr(newest, field) == value


@pytest.mark.parametrize("name", TRACKED)
@pytest.mark.parametrize("write", REMOVING)
def test_removal_is_in_the_history(write, name):
    factory, field, value = TRACKED[name]
    actor, row = UserFactory(), factory()
    pk = row.pk

    with acting(user_id=actor.pk, reason=REASON):
        write(row, field, value)

    assert left_behind(row, actor, pk=pk) == [("-", REASON, pk)]


def test_history_keeps_every_column_but_the_password():
    user = UserFactory(staff_code="ASB")

    entry = User.history.get(id=user.pk)

    assert (entry.name, entry.email, entry.staff_code) == (user.name, user.email, "ASB")
    assert not hasattr(entry, "password")


def test_many_rows_in_one_statement_are_all_in_the_history():
    actor = UserFactory()
    UnitFactory.create_batch(3)

    with acting(user_id=actor.pk, reason=REASON):
        changed = Unit.objects.update(district="Ådalen")

    assert Unit.history.filter(history_user_id=actor.pk, district="Ådalen").count() == changed == 6


@pytest.mark.parametrize(
    ("make", "owner", "model"),
    [
        (factories.ServiceLevelFactory, "version", ServiceLevel),
        (
            lambda: factories.DeviationReasonFactory(standard=factories.QualityStandardFactory()),
            "standard",
            DeviationReason,
        ),
    ],
)
@pytest.mark.parametrize("is_queryset", [False, True])
def test_cascade_is_in_the_history(make, owner, model, is_queryset):
    actor, row = UserFactory(), make()
    above = getattr(row, owner)
    target = type(above).objects.filter(pk=above.pk) if is_queryset else above

    with acting(user_id=actor.pk, reason=REASON):
        target.delete()

    assert left_behind(row, actor, pk=row.pk) == [("-", REASON, row.pk)]


def test_no_tracked_model_loses_references_silently():
    """SET_NULL and SET_DEFAULT would change rows that nobody asked to change."""
    silent = [
        f"{field.model.__name__}.{field.name}"
        for model in apps.get_models()
        if hasattr(model, "history")
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.on_delete in (models.SET_NULL, models.SET_DEFAULT)
    ]

    assert silent == []


def test_reason_does_not_outlive_its_transaction(transactional_db):
    with acting(user_id=None, reason=REASON):
        UserFactory(email="foer@fjordby.example")
    UserFactory(email="efter@fjordby.example")

    reasons = User.history.order_by("history_id").values_list("email", "history_change_reason")
    assert list(reasons) == [("foer@fjordby.example", REASON), ("efter@fjordby.example", None)]


@pytest.mark.parametrize("statement", ["UPDATE {} SET history_change_reason = ''", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [User, Unit, QualityStandard, StandardVersion])
def test_history_itself_is_only_added_to(model, statement):
    factories.standard_in_force()
    UnitFactory()
    UserFactory()
    table = history_model(model)._meta.db_table

    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        run(statement.format(table))


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_read_log_reports_and_published_figures_are_only_added_to(statement):
    user, team = UserFactory(), UnitFactory()
    ReadLog.objects.create(user=user, act="åbnet", subject="sag", keys=[1], purpose="test")
    MonthlyReport.objects.create(month=MONTH, revision=1, unit=team, content={}, sha256="0" * 64)
    PublishedFigure.objects.create(month=MONTH, revision=1, area="voksen", cell="inside", value=3)

    for model in (ReadLog, MonthlyReport, PublishedFigure):
        table = model._meta.db_table
        run(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER ALL")  # see conftest
        with pytest.raises(DatabaseError, match="Cannot|only added"), transaction.atomic():
            run(statement.format(table))


def test_login_leaves_no_history_but_a_new_name_does():
    user = UserFactory(name="Asta Bøgelund")
    User.objects.filter(pk=user.pk).update(last_login=now(), password="andet")
    User.objects.filter(pk=user.pk).update(name="Asta Lind", last_login=now())

    names = User.history.filter(id=user.pk).order_by("history_id").values_list("history_type", "name")
    assert list(names) == [("+", "Asta Bøgelund"), ("~", "Asta Lind")]


@access(Permission.MANAGE_ORGANISATION, "POST")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    Unit.objects.filter(pk=pk).update(name=request.POST["name"])
    return HttpResponse()


urlpatterns = [path("omdoeb/<int:pk>/", rename, name="rename"), *urls.urlpatterns]


@pytest.mark.urls(__name__)
def test_web_request_is_named_in_the_history(team, administrator, log_in):
    log_in(administrator).post(f"/omdoeb/{team.pk}/", {"name": "Team Nordvest"})

    entry = Unit.history.filter(id=team.pk).order_by("-history_id")[0]
    assert (entry.name, entry.history_user_id, entry.history_change_reason) == (
        "Team Nordvest",
        administrator.pk,
        f"POST /omdoeb/{team.pk}/",
    )


@pytest.mark.urls(__name__)
def test_refused_web_request_leaves_no_history(team, leader, log_in):
    before = Unit.history.count()

    response = log_in(leader).post(f"/omdoeb/{team.pk}/", {"name": "Team Nordvest"})

    assert (response.status_code, Unit.history.count()) == (403, before)


@pytest.mark.parametrize("column", ["code", "path", "parent_id"])
def test_unit_never_moves(team, column):
    value = {"code": "X", "path": "/X/", "parent_id": team.parent.parent_id}[column]

    with pytest.raises(Exception, match="never_moves|read-only|Cannot update"), transaction.atomic():
        Unit.objects.filter(pk=team.pk).update(**{column: value})


def test_unit_closes_after_it_opened(team):
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=team.pk).update(closed_on=date(2000, 1, 1))
