"""A small municipality in which every role is held at the same unit, and every kind of row stands everywhere.

FJO
├── FJO-SS                parent
│   ├── FJO-SS-VH         own: here each asker holds one role
│   │   └── FJO-SS-VH-T1  child
│   └── FJO-SS-PS         sibling
└── FJO-BU
    └── FJO-BU-FA         foreign
"""

from dataclasses import dataclass, field

from django.db import connection
from django.test import Client

from roles.models import Permission, RoleCode, Unit, User
from roles.permissions import ROLE_PERMISSIONS
from tests.access.answers import ANSWERS, Answer
from tests.factories import UnitFactory, UserFactory, department, give_role, municipality

PLACES = ("own", "child", "parent", "sibling", "foreign")
NOWHERE = "non-existent"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ANONYMOUS, WITHOUT_ROLE = "anonym", "uden rolle"
ASKERS = (ANONYMOUS, WITHOUT_ROLE, *RoleCode.values)

WRITTEN = """
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables
"""


def written_rows() -> int:
    """Rows written so far in this transaction, also those of savepoints that were rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


def tree() -> dict[str, Unit]:
    own, beside = department("FJO-SS-VH"), department("FJO-SS-PS")
    other = _unit("FJO-BU", Unit.Kind.ADMINISTRATION, municipality())
    return {
        "own": own,
        "child": _unit("FJO-SS-VH-T1", Unit.Kind.TEAM, own),
        "parent": own.parent,
        "sibling": beside,
        "foreign": _unit("FJO-BU-FA", Unit.Kind.DEPARTMENT, other),
    }


def _unit(code: str, kind: str, parent: Unit) -> Unit:
    return UnitFactory(code=code, kind=kind, parent=parent)


@dataclass
class House:
    """Everything is made at once, before the first question."""

    units: dict[str, Unit] = field(default_factory=tree)
    askers: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    keys: dict[tuple[str, str], object] = field(default_factory=dict)
    written: int = 0

    def __post_init__(self) -> None:
        for name in ASKERS:
            self.clients[name] = Client(raise_request_exception=False)
            if name != ANONYMOUS:
                self.askers[name] = self._asker(name)
        for page, answer in ANSWERS.items():
            if answer.make:
                self.keys |= {(page, place): answer.make(unit) for place, unit in self.units.items()}
                self.keys[page, NOWHERE] = answer.absent
        self.forget_written()

    def has_written(self) -> bool:
        """Whether rows were written since this was last asked."""
        before, self.written = self.written, written_rows()
        return self.written != before

    def forget_written(self) -> None:
        self.written = written_rows()

    def _asker(self, name: str) -> User:
        user = UserFactory(name=f"Spørger {name}")
        if name != WITHOUT_ROLE:
            give_role(user, RoleCode(name), self.units["own"])
        self.clients[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return user


def rights_of(asker: str) -> frozenset[Permission]:
    return ROLE_PERMISSIONS[RoleCode(asker)] if asker in RoleCode.values else frozenset()


def reaches(right: Permission, place: str) -> bool:
    """Whether a right held at the own unit counts at the place."""
    return place in ("own", "child") if right.inherits else place == "own"


def finds(answer: Answer, asker: str, place: str) -> bool:
    """Whether the asker finds the page's object at the place, by right or by name."""
    if answer.for_all or (asker, place) in answer.named:
        return True
    return any(right in rights_of(asker) and reaches(right, place) for right in answer.by)
