"""The reviewed list: for every page how its object is made, who finds it, and what the page answers then.

Who may open a page at all is not said here: that is read from the declaration on its view.
"""

from collections.abc import Callable
from dataclasses import dataclass

from roles.models import Permission, RoleCode, Unit
from tests.access import makers

P = Permission
ABSENT = 999_999_999  # no row has it


@dataclass(frozen=True)
class Answer:
    """make: the object's key at a unit; a page without it has no object. rest: the keys after it.

    by: rights at the object's unit, of which one is enough; named: (asker, place) that find it otherwise;
    for_all: everybody who may open the page finds it.
    asks: rights of which one is asked for beside the declaration, with 403 to who has none of them.
    get, post: what who finds the object is told (or who may open a page without one); a POST is empty.
    hidden, missing: what is told of an object that is not for the asker, and of one that does not exist.
    blind: methods that do not look for the object.
    query: the key stands after ? under this name; asking: what stands there besides; body: what is sent.
    """

    get: int = 200
    post: int = 422
    make: Callable[[Unit], object] | None = None
    rest: tuple[object, ...] = ()
    by: tuple[Permission, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    for_all: bool = False
    asks: tuple[Permission, ...] = ()
    hidden: int = 404
    missing: int = 404
    blind: tuple[str, ...] = ()
    absent: object = ABSENT
    query: str = ""
    asking: Callable[[], str] | None = None
    body: tuple[tuple[str, str], ...] = ()


def at(right: Permission, make: Callable[[Unit], object], **answers: object) -> Answer:
    return Answer(make=make, by=(right,), **answers)  # type: ignore[arg-type]


LEADER = RoleCode.TEAM_LEADER.value

FRAME = {
    "home": Answer(get=302),
    "session": Answer(),
    "livez": Answer(),
    "readyz": Answer(),
    "account_login": Answer(),
    "account_logout": Answer(),
    "account_change_password": Answer(),
    "account_set_password": Answer(),
    "account_reset_password": Answer(),
    "account_reset_password_done": Answer(),
    "account_reset_password_from_key": Answer(),
    "account_reset_password_from_key_done": Answer(),
}
CASES = {
    "caseload": Answer(),
    "case-options": Answer(),
    "case-detail": at(P.VIEW_CASE, makers.case),
    "case-readers": at(P.VIEW_READ_LOG, makers.case),
    "case-readers-find": Answer(),
    "decision-new": at(P.REGISTER_DECISION, makers.case, query="sag", blind=("POST",)),
    "decision-edit": at(P.REGISTER_DECISION, makers.decision),
    "decision-check": Answer(post=200),
    "decision-approvals": Answer(),
    "decision-approve": at(P.APPROVE_DECISION, makers.decision, post=302),
    "read-sample-list": Answer(),
    "read-sample-detail": at(P.VIEW_READ_LOG, makers.sample),
    "read-sample-check": at(P.VIEW_READ_LOG, makers.sampled_read),
}
STANDARDS = {
    "standard-list": Answer(),
    "standard-detail": Answer(make=makers.standard, for_all=True),
    "standard-version": Answer(make=makers.standard, rest=(1,), for_all=True),
    "standard-signals": Answer(make=makers.standard, for_all=True),
}
FOLLOW_UP = {
    "team-month": at(P.VIEW_SIGNALS, makers.unit_code, query="enhed", absent="UKENDT"),
    "overview": Answer(),
    "overview-area": Answer(make=lambda unit: "voksen", for_all=True, absent="ukendt"),
    "overview-pdf": Answer(get=302),
    "overview-area-pdf": Answer(get=302, make=lambda unit: "voksen", for_all=True, absent="ukendt"),
    "month-list": Answer(),
}
SIGNALS = {
    "detector-settings": Answer(),
    "detector-change": Answer(),
    "uniformity": Answer(),
    "uniformity-xlsx": Answer(get=302),
    "uniformity-pdf": Answer(get=302),
    "signal-list": Answer(),
    "signal-export": Answer(),
    "signal-detail": at(P.VIEW_SIGNALS, makers.drift),
    "signal-cases": at(P.VIEW_SIGNALS, makers.drift),
    "signal-pdf": at(P.VIEW_SIGNALS, makers.drift),
    "signal-explain": at(P.VIEW_SIGNALS, makers.drift),
    "signal-accept": at(P.VIEW_SIGNALS, makers.drift),
    "signal-action": at(P.VIEW_SIGNALS, makers.drift),
    "signal-comment": at(P.VIEW_SIGNALS, makers.drift),
    "signal-action-done": at(P.HANDLE_SIGNAL, makers.signal_action),
}
ACCESS = {
    "role-rights": Answer(),
    "person-rights": at(P.MANAGE_ORGANISATION, makers.person),
}
DUTIES = {
    "my-duties": Answer(),
    "duty-detail": Answer(make=makers.duty, named=((LEADER, "own"),)),
    "duty-done": Answer(make=makers.duty, named=((LEADER, "own"),), post=302),
    "duty-reopen": Answer(make=makers.duty, named=((LEADER, "own"),), post=302),
    "year-wheel": Answer(),
    "vacancy-list": Answer(asks=(P.MANAGE_ORGANISATION, P.CONFIRM_ROLES)),
    "calendar-feed": Answer(make=lambda unit: f"ukendt-{unit.code}", absent="ukendt", hidden=404),
    "feed-renew": Answer(post=302),
    "feed-revoke": Answer(post=302),
}

ORGANISATION = {
    "organisation": Answer(),
    "unit-new": Answer(),
    "unit-detail": at(P.MANAGE_ORGANISATION, makers.unit_key),
    "unit-edit": at(P.MANAGE_ORGANISATION, makers.unit_key),
    "unit-keep": at(P.MANAGE_ORGANISATION, makers.unit_key, post=302),
    "unit-close": at(P.MANAGE_ORGANISATION, makers.unit_key),
    "organisation-import": Answer(),
    "caseload-list": Answer(),
    "caseload-move": at(P.APPROVE_DECISION, makers.unit_key, rest=("ingen",)),
}
PEOPLE = {
    "person-list": Answer(),
    "person-new": Answer(),
    "person-detail": at(P.MANAGE_ORGANISATION, makers.person),
    "person-edit": at(P.MANAGE_ORGANISATION, makers.person),
    "person-state": at(P.MANAGE_ORGANISATION, makers.person, post=400),
    "person-invite": at(P.MANAGE_ORGANISATION, makers.person, post=302),
    "person-options": Answer(),
    "leaver-list": Answer(),
    "assignment-new": Answer(),
    "assignment-end": at(P.MANAGE_ORGANISATION, makers.assignment, post=302),
    "request-list": Answer(),
    "request-decide": at(P.MANAGE_ORGANISATION, makers.role_request),
    "request-withdraw": Answer(make=makers.role_request),  # who asked for it alone
    "deputy-list": Answer(),
    "deputy-new": at(P.MANAGE_ORGANISATION, makers.assignment),
    "deputy-end": at(P.MANAGE_ORGANISATION, makers.deputy, post=302),
    "attestation-list": Answer(),
    "attestation-open": Answer(post=302),
    "attestation-detail": Answer(make=makers.attestation, by=(P.CONFIRM_ROLES, P.MANAGE_ORGANISATION)),
    "attestation-answer": Answer(make=makers.attestation, by=(P.CONFIRM_ROLES, P.MANAGE_ORGANISATION)),
}
LETTERS = {
    "mail-templates": Answer(),
    "mail-log": Answer(),
    "mail-template-edit": Answer(make=lambda unit: "dagens_opgaver", for_all=True, absent="ukendt"),
}
PLANS = {
    "plan-list": Answer(),
    "plan-new": Answer(),
    "plan-import": Answer(),
    "plan-detail": at(P.EDIT_PLAN, makers.draft),
    "plan-completeness": at(P.EDIT_PLAN, makers.draft),
    "plan-difference": at(P.EDIT_PLAN, makers.draft),
    "plan-export": at(P.EDIT_PLAN, makers.draft, rest=("json",)),
    "plan-edit": at(P.EDIT_PLAN, makers.draft),
    "plan-changes": at(P.EDIT_PLAN, makers.draft),
    "plan-copy": at(P.EDIT_PLAN, makers.draft, post=302),
    "plan-settings": at(P.EDIT_PLAN, makers.draft),
    "plan-adopt": at(P.EDIT_PLAN, makers.draft),
    "plan-delete": at(P.EDIT_PLAN, makers.draft, post=302),
    "event-list": Answer(),
    "event-new": Answer(),
    "event-remove": at(P.EDIT_PLAN, makers.event, post=302, hidden=403),
}
LINES = {
    "responsibility-cell": at(P.EDIT_PLAN, makers.draft, get=302, asking=makers.cell),
    "responsibility-new": at(P.EDIT_PLAN, makers.draft, asking=makers.cell),
    "responsibility-edit": at(P.EDIT_PLAN, makers.line),
    "responsibility-move": at(P.EDIT_PLAN, makers.line, post=302, body=(("retning", "op"),)),
    "responsibility-remove": at(P.EDIT_PLAN, makers.line, post=302, body=(("edition", "1"),)),
    "responsibility-history": at(P.EDIT_PLAN, makers.line),
    "responsibility-restore": at(P.EDIT_PLAN, makers.draft, post=302),
    "row-add": at(P.EDIT_PLAN, makers.draft),
    "row-move": at(P.EDIT_PLAN, makers.row, post=302),
    "row-hide": at(P.EDIT_PLAN, makers.row, post=302),
    "row-remove": at(P.EDIT_PLAN, makers.row, post=302),
}

ANSWERS: dict[str, Answer] = {
    **FRAME,
    **CASES,
    **STANDARDS,
    **FOLLOW_UP,
    **SIGNALS,
    **ACCESS,
    **DUTIES,
    **ORGANISATION,
    **PEOPLE,
    **LETTERS,
    **PLANS,
    **LINES,
}
