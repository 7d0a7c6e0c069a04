"""Every page × every role × own and foreign unit. A page that is not in the table fails the test."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from roles.access_map import pages
from roles.actions import assign_role
from roles.models import ReadLog, Role, RoleCode, Unit
from serviceniveau.models import Registration
from tests.factories import (
    AttestationItemFactory,
    CaseFactory,
    DriftSignalFactory,
    DutyFactory,
    EventFactory,
    PlanFactory,
    PlanRoleFactory,
    QualityStandardFactory,
    ReadSampleItemFactory,
    RegistrationFactory,
    ResponsibilityFactory,
    RoleRequestFactory,
    SignalNoteFactory,
    StandardVersionFactory,
    UnitFactory,
    UserFactory,
    adopt,
    department,
    give_role,
)

pytestmark = pytest.mark.django_db

ROLES = (
    None,
    "politiker",
    "direktion",
    "fagledelse",
    "teamledelse",
    "sagsbehandler",
    "controller",
    "administrator",
)

# Per role "own/foreign", or one answer where no unit is involved. 302 without a user leads to the login.
TABLE = """
page                   method  anonym    politiker direktion fagledels teamledel sagsbehan controlle administr
home                   GET     302       302       302       302       302       302       302       302
session                GET     302       200       200       200       200       200       200       200
livez                  GET     200       200       200       200       200       200       200       200
readyz                 GET     200       200       200       200       200       200       200       200
organisation           GET     302       403       403       403       403       403       403       200
unit-new               GET     302       403       403       403       403       403       403       200
unit-new               POST    302       403       403       403       403       403       403       422
unit-detail            GET     302       403       403       403       403       403       403       200/404
unit-edit              GET     302       403       403       403       403       403       403       200/404
unit-edit              POST    302       403       403       403       403       403       403       422/404
unit-close             GET     302       403       403       403       403       403       403       200/404
unit-close             POST    302       403       403       403       403       403       403       422/404
unit-keep              POST    302       403       403       403       403       403       403       302/404
organisation-import    GET     302       403       403       403       403       403       403       200
organisation-import    POST    302       403       403       403       403       403       403       422
caseload-list          GET     302       403       403       403       200       403       403       403
caseload-move          GET     302       403       403       403       200/404   403       403       403
caseload-move          POST    302       403       403       403       422/404   403       403       403
caseload               GET     302       403       403       403       200       200       403       403
case-options           GET     302       403       403       403       200       200       403       403
case-detail            GET     302       403       403       200/404   200/404   200/404   200/404   403
decision-new           GET     302       403       403       403       200/404   200/404   403       403
decision-new           POST    302       403       403       403       422       422       403       403
decision-edit          GET     302       403       403       403       200/404   200/404   403       403
decision-edit          POST    302       403       403       403       422/404   422/404   403       403
decision-check         POST    302       403       403       403       200       200       403       403
decision-approvals     GET     302       403       403       403       200       403       403       403
decision-approve       POST    302       403       403       403       302/404   403       403       403
standard-list          GET     302       200       200       200       200       200       200       200
standard-detail        GET     302       200       200       200       200       200       200       200
standard-version       GET     302       200       200       200       200       200       200       200
team-month             GET     302       403       200/404   200/404   200/404   403       200/404   403
overview               GET     302       200       200       200       403       403       200       403
overview-area          GET     302       200       200       200       403       403       200       403
overview-pdf           GET     302       302       302       302       403       403       302       403
overview-area-pdf      GET     302       302       302       302       403       403       302       403
month-list             GET     302       403       403       403       403       403       200       200
uniformity             GET     302       403       200       200       200       403       200       403
uniformity-xlsx        GET     302       403       302       302       302       403       302       403
uniformity-pdf         GET     302       403       302       302       302       403       302       403
detector-settings      GET     302       403       403       403       403       403       200       200
detector-change        POST    302       403       403       403       403       403       403       422
standard-signals       GET     302       403       200       200       200       403       200       403
signal-list            GET    302       403       200       200       200       403       200       403
signal-export          GET    302       403       200       200       200       403       200       403
signal-detail          GET    302       403       200/404   200/404   200/404   403       200/404   403
signal-cases           GET    302       403       200/404   200/404   200/404   403       200/404   403
signal-pdf             GET    302       403       200/404   200/404   200/404   403       200/404   403
signal-explain         GET    302       403       200/404   200/404   200/404   403       403       403
signal-explain         POST   302       403       422/404   422/404   422/404   403       403       403
signal-accept          GET    302       403       200/404   200/404   200/404   403       403       403
signal-accept          POST   302       403       422/404   422/404   422/404   403       403       403
signal-action          GET    302       403       200/404   200/404   200/404   403       403       403
signal-action          POST   302       403       422/404   422/404   422/404   403       403       403
signal-comment         GET    302       403       200/404   200/404   200/404   403       403       403
signal-comment         POST   302       403       422/404   422/404   422/404   403       403       403
signal-action-done     GET    302       403       200/404   200/404   200/404   403       404       403
signal-action-done     POST   302       403       422/404   422/404   422/404   403       404       403
role-rights            GET     302       200       200       200       200       200       200       200
plan-export            GET     302       404       404       200/404   404       404       404       200/404
plan-import            GET     302       403       403       200       403       403       403       200
plan-import            POST    302       403       403       422       403       403       403       422
person-rights          GET     302       404       404       404       404       404       404       200/404
case-readers           GET     302       403       403       200/404   200/404   403       403       403
case-readers-find      GET     302       403       403       200       200       403       403       403
read-sample-list       GET     302       403       403       200       200       403       403       403
read-sample-detail     GET     302       403       403       200/404   200/404   403       403       403
read-sample-check      GET     302       403       403       200/404   200/404   403       403       403
read-sample-check      POST    302       403       403       422/404   422/404   403       403       403
my-duties              GET     302       200       200       200       200       200       200       200
duty-detail            GET     302       404       404       404       200/404   404       404       404
duty-done              POST    302       404       404       404       302/404   404       404       404
duty-reopen            POST    302       404       404       404       302/404   404       404       404
year-wheel             GET     302       200       200       200       200       200       200       200
vacancy-list           GET     302       403       200       200       200       403       403       200
calendar-feed          GET     404       404       404       404       404       404       404       404
feed-renew             POST    302       302       302       302       302       302       302       302
mail-templates         GET     302       403       403       403       403       403       403       200
mail-template-edit     GET     302       403       403       403       403       403       403       200
mail-template-edit     POST    302       403       403       403       403       403       403       422
mail-log               GET     302       403       403       403       403       403       403       200
feed-revoke            POST    302       302       302       302       302       302       302       302
person-list            GET     302       403       403       403       403       403       403       200
person-new             GET     302       403       403       403       403       403       403       200
person-new             POST    302       403       403       403       403       403       403       422
person-detail          GET     302       403       403       403       403       403       403       200/404
person-edit            GET     302       403       403       403       403       403       403       200/404
person-edit            POST    302       403       403       403       403       403       403       422/404
person-state           POST    302       403       403       403       403       403       403       400/404
person-invite          POST    302       403       403       403       403       403       403       302/404
person-options         GET     302       200       200       200       200       200       200       200
leaver-list            GET     302       403       403       403       403       403       403       200
assignment-new         GET     302       403       403       403       403       403       403       200
assignment-new         POST    302       403       403       403       403       403       403       422
assignment-end         GET     302       403       403       403       403       403       403       200/404
assignment-end         POST    302       403       403       403       403       403       403       302/404
request-list           GET     302       403       403       403       403       403       403       200
request-decide         GET     302       403       403       403       403       403       403       200/404
request-decide         POST    302       403       403       403       403       403       403       422/404
request-withdraw       POST    302       404       404       404       404       404       404       404
deputy-list            GET     302       200       200       200       200       200       200       200
deputy-new             GET     302       404       404       404       404       404       404       200/404
deputy-new             POST    302       404       404       404       404       404       404       422/404
deputy-end             POST    302       404       404       404       404       404       404       302/404
attestation-list       GET     302       200       200       200       200       200       200       200
attestation-open       POST    302       403       403       403       403       403       403       302
attestation-detail     GET     302       404       200/404   200/404   200/404   404       404       200/404
attestation-answer     POST    302       404       422/404   422/404   422/404   404       404       422/404
plan-list              GET     302       200       200       200       200       200       200       200
plan-new               GET     302       403       403       200       403       403       403       200
plan-new               POST    302       403       403       422       403       403       403       422
plan-detail            GET     302       404       404       200/404   404       404       404       200/404
plan-edit              GET     302       403       403       200/404   403       403       403       200/404
plan-completeness      GET     302       404       404       200/404   404       404       404       200/404
plan-difference        GET     302       404       404       200/404   404       404       404       200/404
plan-changes           GET     302       403       403       200/404   403       403       403       200/404
plan-copy              GET     302       403       403       200/404   403       403       403       200/404
plan-copy              POST    302       403       403       302/404   403       403       403       302/404
plan-adopt             GET     302       403       403       200/404   403       403       403       200/404
plan-adopt             POST    302       403       403       422/404   403       403       403       422/404
plan-settings          GET     302       403       403       200/404   403       403       403       200/404
plan-settings          POST    302       403       403       422/404   403       403       403       422/404
plan-delete            GET     302       403       403       200/404   403       403       403       200/404
plan-delete            POST    302       403       403       302/404   403       403       403       302/404
responsibility-cell    GET     302       403       403       302/404   403       403       403       302/404
responsibility-new     GET     302       403       403       200/404   403       403       403       200/404
responsibility-new     POST    302       403       403       422/404   403       403       403       422/404
responsibility-edit    GET     302       403       403       200/404   403       403       403       200/404
responsibility-edit    POST    302       403       403       422/404   403       403       403       422/404
responsibility-move    POST    302       403       403       302/404   403       403       403       302/404
responsibility-remove  POST    302       403       403       409/404   403       403       403       409/404
responsibility-history GET     302       403       403       200/404   403       403       403       200/404
responsibility-restore POST    302       403       403       302/404   403       403       403       302/404
row-add                POST    302       403       403       422/404   403       403       403       422/404
row-move               POST    302       403       403       302/404   403       403       403       302/404
row-hide               POST    302       403       403       302/404   403       403       403       302/404
row-remove             POST    302       403       403       302/404   403       403       403       302/404
event-list             GET     302       200       200       200       200       200       200       200
event-new              POST    302       403       403       422       403       403       403       422
event-remove           POST    302       403       403       302/403   403       403       403       302/403
account_login          GET     200       302       302       302       302       302       302       302
account_logout         GET     302       200       200       200       200       200       200       200
account_change_password GET    302       302       302       302       302       302       302       302
account_set_password   GET     302       200       200       200       200       200       200       200
account_reset_password GET     200       200       200       200       200       200       200       200
account_reset_password_done GET 200      200       200       200       200       200       200       200
account_reset_password_from_key GET 200  200       200       200       200       200       200       200
account_reset_password_from_key_done GET 200 200   200       200       200       200       200       200
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
VISITED = {ReadLog._meta.db_table, "django_session"}


@pytest.fixture
def own() -> Unit:
    return UnitFactory(code="FJO-SS-VH-T1", name="Team Nord", parent=department("FJO-SS-VH"))


@pytest.fixture
def foreign() -> Unit:
    return UnitFactory(code="FJO-SS-PS-T1", name="Team Fremmed", parent=department("FJO-SS-PS"))


@pytest.fixture
def version():
    return adopt(StandardVersionFactory(standard=QualityStandardFactory(code="KS-1")))


def decision_at(unit: Unit) -> Registration:
    """A decision that waits for approval in a case of the unit, made by somebody else."""
    caseworker = UserFactory()
    return RegistrationFactory(
        case=CaseFactory(unit=unit, caseworker=caseworker),
        caseworker=caseworker,
        status=Registration.Status.AWAITING,
        decided_on=date(2026, 9, 14),
    )


def holder(role: str, own: Unit):
    """Team roles at the own team, all others at its department, so that the foreign team lies outside."""
    at_team = role in ("teamledelse", "sagsbehandler")
    return give_role(UserFactory(), RoleCode(role), own if at_team else own.parent)


# Pages whose object is made for the unit only when the page is asked for.
def held_at(unit: Unit):
    """A caseworker's role in the unit."""
    return give_role(UserFactory(), RoleCode.CASEWORKER, unit).assignments.get()


def deputy_at(unit: Unit) -> int:
    holder = held_at(unit)
    valid = DateRange(date(2026, 1, 1), date(2030, 1, 1))
    return assign_role(user=UserFactory(), role=holder.role, unit=unit, valid=valid, deputy_of=holder.user).pk


def row_at(unit: Unit):
    """The team leaders' row of a draft for the unit."""
    return PlanRoleFactory(plan__unit=unit)


def line_at(unit: Unit) -> int:
    return ResponsibilityFactory(plan=row_at(unit).plan).pk


MADE = {
    **dict.fromkeys(
        (
            "plan-detail",
            "plan-edit",
            "plan-completeness",
            "plan-difference",
            "plan-changes",
            "plan-copy",
            "plan-adopt",
            "plan-settings",
            "plan-delete",
            "responsibility-cell",
            "responsibility-new",
            "responsibility-restore",
            "row-add",
        ),
        lambda unit: row_at(unit).plan_id,
    ),
    **dict.fromkeys(
        (
            "responsibility-edit",
            "responsibility-move",
            "responsibility-remove",
            "responsibility-history",
        ),
        line_at,
    ),
    **dict.fromkeys(("row-move", "row-hide", "row-remove"), lambda unit: row_at(unit).pk),
    "event-remove": lambda unit: EventFactory(unit=unit).pk,
    **dict.fromkeys(
        (
            "signal-detail",
            "signal-cases",
            "signal-pdf",
            "signal-explain",
            "signal-accept",
            "signal-action",
            "signal-comment",
        ),
        lambda unit: DriftSignalFactory(drift__unit=unit).drift_id,
    ),
    "signal-action-done": lambda unit: SignalNoteFactory(drift__unit=unit, agreed=True).pk,
    "duty-detail": lambda unit: DutyFactory(unit=unit).pk,
    "duty-done": lambda unit: DutyFactory(unit=unit).pk,
    "duty-reopen": lambda unit: DutyFactory(unit=unit).pk,
    "person-rights": lambda unit: give_role(UserFactory(), RoleCode.CASEWORKER, unit).pk,
    "case-readers": lambda unit: CaseFactory(unit=unit).pk,
    "read-sample-detail": lambda unit: ReadSampleItemFactory(case__unit=unit).sample_id,
    "read-sample-check": lambda unit: ReadSampleItemFactory(case__unit=unit).pk,
    "person-detail": lambda unit: held_at(unit).user_id,
    "person-edit": lambda unit: held_at(unit).user_id,
    "person-state": lambda unit: held_at(unit).user_id,
    "person-invite": lambda unit: held_at(unit).user_id,
    "assignment-end": lambda unit: held_at(unit).pk,
    "deputy-new": lambda unit: held_at(unit).pk,
    "deputy-end": deputy_at,
    "request-decide": lambda unit: RoleRequestFactory(unit=unit).pk,
    "request-withdraw": lambda unit: RoleRequestFactory(unit=unit).pk,
    "attestation-detail": lambda unit: AttestationItemFactory(assignment=held_at(unit)).attestation_id,
    "attestation-answer": lambda unit: AttestationItemFactory(assignment=held_at(unit)).attestation_id,
}


def cell_asked_for(page: str) -> str:
    if page not in ("responsibility-cell", "responsibility-new"):
        return ""
    return f"?rolle={Role.objects.get(code=RoleCode.TEAM_LEADER).pk}&fase=opfoelgning"


def address(page: str, decision: Registration, version) -> str:
    if page == "plan-export":
        return reverse(page, args=[PlanFactory(unit=decision.unit).pk, "json"])
    if page in MADE:
        return reverse(page, args=[MADE[page](decision.unit)]) + cell_asked_for(page)
    keys = {
        "unit-detail": [decision.unit.pk],
        "unit-edit": [decision.unit.pk],
        "unit-close": [decision.unit.pk],
        "unit-keep": [decision.unit.pk],
        "caseload-move": [decision.unit.pk, decision.case.caseworker_id],
        "case-detail": [decision.case.pk],
        "decision-edit": [decision.pk],
        "decision-approve": [decision.pk],
        "standard-detail": [version.standard.pk],
        "standard-version": [version.standard.pk, 1],
        "standard-signals": [version.standard.pk],
        "overview-area": ["voksen"],
        "overview-area-pdf": ["voksen"],
        "calendar-feed": ["ukendt"],
        "mail-template-edit": ["dagens_opgaver"],
        "account_reset_password_from_key": ["1", "ukendt-link"],
    }
    query = {"team-month": f"?enhed={decision.unit.code}", "decision-new": f"?sag={decision.case.pk}"}
    return reverse(page, args=keys.get(page, [])) + query.get(page, "")


def written_rows() -> int:
    """Rows written so far in this transaction, without those that any visit writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE relname != ALL(%s)",
            [list(VISITED)],
        )
        return int(cursor.fetchone()[0])


def test_table_has_every_page_with_every_method():
    listed = {(row[0], row[1]) for row in ROWS}
    declared = {(page.name, method) for page in pages() for method in page.methods if method != "HEAD"}

    assert listed == {
        (page, method) for page, method in declared if (page[:8], method) != ("account_", "POST")
    }


def answers_to(role: str | None, method: str, targets: list[str], own: Unit) -> str:
    """The statuses at the own and the foreign unit; what a visit changes is taken back."""
    found, client = [], Client()
    with transaction.atomic():
        if role:
            client.force_login(holder(role, own))
        for target in targets:
            before = written_rows()
            response = client.generic(method, target)
            assert role or response.status_code != 302 or response["Location"].startswith("/login/")
            assert response.status_code < 400 or response.status_code == 422 or written_rows() == before
            found.append(str(response.status_code))
        transaction.set_rollback(True)
    return "/".join(found)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[1]} {row[0]}" for row in ROWS])
def test_page_answers_each_role_as_the_table_says(own, foreign, version, row):
    page, method, *expected = row
    targets = [address(page, decision_at(unit), version) for unit in (own, foreign)]

    found = [
        answers_to(role, method, targets[: len(answers.split("/"))], own)
        for role, answers in zip(ROLES, expected, strict=True)
    ]

    assert found == expected


@pytest.mark.parametrize("page", sorted({row[0] for row in ROWS if not row[0].startswith("account_")}))
def test_method_that_a_page_does_not_declare_is_refused(client, own, version, page):
    client.force_login(holder("teamledelse", own))
    target = address(page, decision_at(own), version)
    declared = {row[1] for row in ROWS if row[0] == page}

    answers = {method: client.generic(method, target).status_code for method in WRITING - declared}

    assert answers == dict.fromkeys(WRITING - declared, 405)


def test_right_ends_with_the_assignment_at_the_next_request(client, own):
    user = holder("sagsbehandler", own)
    client.force_login(user)
    assert client.get(reverse("caseload")).status_code == 200

    assignment = user.assignments.get()
    assignment.valid = (date(2020, 1, 1), date(2026, 1, 1))
    assignment.save()

    assert client.get(reverse("caseload")).status_code == 403


def test_politician_sees_no_person_level_row(own):
    decision = decision_at(own)
    politician = give_role(UserFactory(), RoleCode.POLITICIAN, own.parent.parent.parent)

    for model in (decision.case, decision, decision.grant):
        assert list(type(model).objects.visible_to(politician)) == []
