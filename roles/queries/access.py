"""Rights in plain words: what a role opens, and why a person may do what they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.timezone import localdate

from roles.access_map import pages
from roles.models import Permission, RoleAssignment, RoleCode, UnitPermission, User
from roles.permissions import ROLE_PERMISSIONS, Audience

# Three groups, so that one reads at a glance whether a role looks, acts or runs the house.
GROUPS: tuple[tuple[str, tuple[Permission, ...]], ...] = (
    (
        "Ser",
        (
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_SIGNALS,
            Permission.VIEW_CASE,
            Permission.VIEW_CASEWORKER_FIGURES,
            Permission.VIEW_READ_LOG,
            Permission.VIEW_OPERATIONS,
        ),
    ),
    (
        "Gør",
        (
            Permission.REGISTER_DECISION,
            Permission.APPROVE_DECISION,
            Permission.EDIT_STANDARD,
            Permission.EDIT_PLAN,
            Permission.CONFIRM_ROLES,
            Permission.HANDLE_SIGNAL,
        ),
    ),
    ("Administrerer", (Permission.MANAGE_ORGANISATION, Permission.SET_DETECTOR)),
)

# Pages that a person goes to by name; the others are reached from these.
PAGE_TITLES: dict[str, str] = {
    "caseload": "Min sagsstamme",
    "decision-new": "Ny afgørelse",
    "decision-approvals": "Afgørelser til godkendelse",
    "case-detail": "Sagens side",
    "team-month": "Praksis måned for måned",
    "signal-list": "Signaler",
    "uniformity": "Ensartethed",
    "detector-settings": "Indstillinger for signaler",
    "overview": "Overblik",
    "month-list": "Måneder",
    "standard-list": "Kvalitetsstandarder",
    "organisation": "Organisation og roller",
    "organisation-import": "Indlæs organisation",
    "person-list": "Personer",
    "leaver-list": "Fratrådte og ubrugte adgange",
    "request-list": "Roller, der venter på svar",
    "attestation-list": "Gennemgang af roller",
    "plan-list": "Ansvar",
    "plan-import": "Indlæs en plan",
    "plan-new": "Ny plan",
    "vacancy-list": "Ubesatte ansvar",
    "deputy-list": "Stedfortrædere",
    "my-duties": "Mine opgaver",
    "year-wheel": "Årshjul",
    "mail-templates": "Mails",
    "mail-log": "Sendte mails",
    "caseload-list": "Flyt sager",
    "case-readers-find": "Hvem har set en sag",
    "read-sample-list": "Opslag i sager",
    "role-rights": "Hvad hver rolle giver adgang til",
}


@dataclass(frozen=True)
class RoleRights:
    """What one role may do where it is held. `lacks` is every right that it does not have."""

    role: RoleCode
    groups: list[tuple[str, list[Permission]]]
    lacks: list[Permission]
    pages: list[str]

    @property
    def sees_cases(self) -> bool:
        return Permission.VIEW_CASE not in self.lacks


def role_rights() -> list[RoleRights]:
    return [_rights_of(role) for role in RoleCode]


def _rights_of(role: RoleCode) -> RoleRights:
    held = ROLE_PERMISSIONS[role]
    grouped = ((name, [right for right in rights if right in held]) for name, rights in GROUPS)
    return RoleRights(
        role=role,
        groups=[(name, rights) for name, rights in grouped if rights],
        lacks=[right for _, rights in GROUPS for right in rights if right not in held],
        pages=titles_for(held),
    )


def titles_for(held: frozenset[Permission]) -> list[str]:
    """Titles of the pages that these rights open, without those that everybody may open."""
    names = {page.name for page in pages() if page.who in held}
    return [title for name, title in PAGE_TITLES.items() if name in names]


def titles_for_all() -> list[str]:
    names = {page.name for page in pages() if page.who is Audience.SIGNED_IN}
    return [title for name, title in PAGE_TITLES.items() if name in names]


@dataclass(frozen=True)
class Source:
    """An assignment that counts today, with the rights it gives; none for a role that only has duties."""

    assignment: RoleAssignment
    rights: list[Permission]


@dataclass(frozen=True)
class PersonRights:
    now: list[Source]
    coming: list[RoleAssignment]
    past: list[RoleAssignment]


def person_rights(person: User, *, on: date | None = None) -> PersonRights:
    """Why the person may do what they may on a day, from the rows that the permission door itself reads."""
    day = on or localdate()
    held = UnitPermission.objects.select_related("permission")
    listed = list(
        RoleAssignment.objects.filter(user=person)
        .select_related("role", "unit", "deputy_of")
        .prefetch_related(Prefetch("permissions", held, to_attr="rows"))
        .order_by("-valid", "unit__path")
    )
    return PersonRights(
        now=[
            Source(each, rights_given_by(each)) for each in listed if person.is_active and day in each.valid
        ],
        coming=[each for each in listed if each.valid.lower > day],
        past=[each for each in listed if each.valid.upper is not None and each.valid.upper <= day],
    )


def rights_given_by(assignment: RoleAssignment) -> list[Permission]:
    rows: list[UnitPermission] = assignment.rows  # type: ignore[attr-defined]  # from the prefetch above
    given = {row.permission.codename for row in rows}
    return [right for _, rights in GROUPS for right in rights if right.value in given]
