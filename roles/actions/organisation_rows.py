"""One row of the organisation file at a time: checked and kept, through the same actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.assignments import assign_role, change_end
from roles.actions.closing import cancel_closing, close_unit, move_residents, refuse_successor
from roles.actions.deputies import name_deputy
from roles.actions.files.messages import shown
from roles.actions.organisation import FIRST_DAY, create_unit
from roles.actions.organisation_file import NamedRow
from roles.actions.people import forget_addresses
from roles.actions.requests import give_role, move_end
from roles.models import Permission, Role, RoleAssignment, RoleRequest, Unit, User
from roles.permissions import may
from roles.queries.people import administers_wholly, lasting_assignments

UNKNOWN_UNIT = "Enheden {} findes hverken i filen eller i forvejen."
ASK_OPERATOR = "Få driften til at indlæse rækken."


@dataclass(frozen=True)
class Sender:
    """Whose word the file is: an administrator's in the browser, or the operator's where ``by`` is None.

    An administrator reaches as far as on the pages: own units, no role for oneself, four eyes.
    closings: the units that the file closes, by code, with their first day closed.
    people: the e-mails of those whom the file describes.
    """

    by: User | None = None
    closings: dict[str, date] = field(default_factory=dict)
    people: frozenset[str] = frozenset()

    def refuse_foreign(self, unit: Unit | None, column: str) -> None:
        if self.by is None or (unit is not None and may(self.by, Permission.MANAGE_ORGANISATION, unit)):
            return
        where = f"i {unit}" if unit else "for en ny kommune"
        raise ValidationError({column: f"Du er ikke administrator {where}. {ASK_OPERATOR}"})


Keep = Callable[[NamedRow, Sender], str]  # answers created, updated or unchanged


def keep_unit(row: NamedRow, sender: Sender) -> str:
    parent = Unit.objects.filter(code=row["hoerer_under"]).first()
    unit = Unit.objects.filter(code=row["kode"]).first()
    _refuse_kind(row, parent)
    if unit is None:
        sender.refuse_foreign(parent, "hoerer_under")
        return _create_unit(row, parent, sender)
    sender.refuse_foreign(unit, "kode")
    if unit.parent != parent:
        raise ValidationError(
            {"hoerer_under": "En enhed flytter ikke. Luk den, og opret en ny, som afløser den."}
        )
    described = _change(unit, _described(row))
    ended = _end_unit(unit, row, sender)
    return ended if described == "unchanged" else described


def _refuse_kind(row: NamedRow, parent: Unit | None) -> None:
    if row["art"] not in Unit.Kind.values:
        raise ValidationError(
            {"art": f"Arten {shown(row['art'])} kendes ikke. Brug en af: {', '.join(Unit.Kind.values)}."}
        )
    if (row["art"] == Unit.Kind.MUNICIPALITY) is not (parent is None):
        raise ValidationError(
            {"hoerer_under": "En kommune står øverst; alle andre enheder hører under en anden."}
        )


def _create_unit(row: NamedRow, parent: Unit | None, sender: Sender) -> str:
    """A unit that is closed already has nothing standing in it yet: it needs no more than its dates."""
    unit = create_unit(
        code=row["kode"],
        name=row["navn"],
        kind=row["art"],
        parent=parent,
        opened_on=row.day("fra") or FIRST_DAY,
        district=row["bydel"],
    )
    closed_on, successor = day_after(row), _successor(row)
    _refuse_open(unit, closed_on, successor)
    if closed_on and successor:
        sender.refuse_foreign(successor, "afloest_af")
        refuse_successor(unit, successor, closed_on)
    _change(unit, {"closed_on": closed_on, "successor": successor})
    return "created"


def _described(row: NamedRow) -> dict[str, Any]:
    """What the row says about the unit; columns that the file lacks say nothing."""
    values: dict[str, Any] = {"name": row["navn"], "kind": row["art"]}
    if "bydel" in row.cells:
        values["district"] = row["bydel"]
    if row["fra"]:
        values["opened_on"] = row.day("fra")
    return values


def _end_unit(unit: Unit, row: NamedRow, sender: Sender) -> str:
    """Close the unit, plan another day, or name another successor: as far as the row says something new."""
    closed_on = day_after(row) if "til" in row.cells else unit.closed_on
    successor = _successor(row) if "afloest_af" in row.cells else unit.successor
    if (closed_on, successor) == (unit.closed_on, unit.successor):
        return "unchanged"
    if successor is not None and successor != unit.successor:
        sender.refuse_foreign(successor, "afloest_af")
    _refuse_open(unit, closed_on, successor)
    if closed_on == unit.closed_on and closed_on is not None:
        return _replace_successor(unit, successor, closed_on)
    if unit.closed_on is not None:
        cancel_closing(unit=unit, by=sender.by)
    if closed_on is not None:
        close_unit(unit=unit, on=closed_on, successor=successor, by=sender.by)
    return "updated"


def _refuse_open(unit: Unit, closed_on: date | None, successor: Unit | None) -> None:
    if closed_on is None and successor is not None:
        raise ValidationError({"successor": f"{unit} lukker ikke. Skriv dens sidste dag i kolonnen til."})


def _replace_successor(unit: Unit, successor: Unit | None, closed_on: date) -> str:
    if successor is not None:
        refuse_successor(unit, successor, closed_on)
    _change(unit, {"successor": successor})
    if closed_on <= localdate():
        move_residents(unit)
    return "updated"


def _successor(row: NamedRow) -> Unit | None:
    return Unit.objects.filter(code=row["afloest_af"]).first() if row["afloest_af"] else None


def day_after(row: NamedRow) -> date | None:
    """``til`` is the last day; the range ends before the next."""
    last = row.day("til")
    return last + timedelta(days=1) if last else None


def _change(instance: models.Model, values: dict[str, Any]) -> str:
    changed = {name: value for name, value in values.items() if getattr(instance, name) != value}
    if not changed:
        return "unchanged"
    for name, value in changed.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save(update_fields=list(changed))
    return "updated"


def keep_person(row: NamedRow, sender: Sender) -> str:
    values: dict[str, Any] = {"name": row["navn"]}
    if "medarbejderkode" in row.cells:
        values["staff_code"] = row["medarbejderkode"] or None
    user = User.objects.filter(email__iexact=row["email"]).first() or _by_staff_code(row, sender)
    if user is not None:
        return _change_person(user, values, row, sender)
    user = User(email=row["email"].lower(), **values)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return "created"


def _by_staff_code(row: NamedRow, sender: Sender) -> User | None:
    """One whose e-mail is new. Only the operator's word gives an account to another mailbox."""
    code = row["medarbejderkode"] if sender.by is None else ""
    user = User.objects.filter(staff_code=code).first() if code else None
    return None if user is None or user.email.lower() in sender.people else user


def _change_person(user: User, values: dict[str, Any], row: NamedRow, sender: Sender) -> str:
    if row["email"].lower() != user.email.lower():
        forget_addresses(user)
        values["email"] = row["email"].lower()
    is_new = any(getattr(user, name) != value for name, value in values.items())
    if is_new and sender.by is not None and not administers_wholly(sender.by, user):
        raise ValidationError({"email": f"{user} har også roller uden for dine enheder. {ASK_OPERATOR}"})
    return _change(user, values)


def keep_role(row: NamedRow, sender: Sender) -> str:
    user, unit, role = _user(row, "email"), _unit(row), _role(row)
    deputy_of = _user(row, "stedfortraeder_for") if row["stedfortraeder_for"] else None
    start, end = row.day("fra"), day_after(row)
    sender.refuse_foreign(unit, "enhed")
    _refuse_end(unit, start, end, sender)
    held = RoleAssignment.objects.filter(user=user, role=role, unit=unit, valid__startswith=start).first()
    if held is None:
        wanted = RoleAssignment(
            user=user, role=role, unit=unit, valid=DateRange(start, end), deputy_of=deputy_of
        )
        return _give(wanted, sender)
    deputy = _change_deputy(held, deputy_of, sender) if "stedfortraeder_for" in row.cells else "unchanged"
    if "til" not in row.cells or held.valid.upper == end:
        return deputy
    if sender.by is None:
        change_end(assignment=held, end=end)
    else:
        move_end(assignment=held, end=end, by=sender.by)
    return "updated"


def _change_deputy(held: RoleAssignment, deputy_of: User | None, sender: Sender) -> str:
    """An own role and a deputy's are two things: in the browser the one is ended and the other given."""
    if sender.by is not None and held.deputy_of != deputy_of:
        raise ValidationError(
            {"stedfortraeder_for": f"{held.user} har allerede rollen. Afslut den, og giv den igen."}
        )
    return _change(held, {"deputy_of": deputy_of})


def _refuse_end(unit: Unit, start: date | None, end: date | None, sender: Sender) -> None:
    if end and start and end <= start:
        raise ValidationError({"til": "Rollen skal slutte efter, at den er begyndt."})
    closing = sender.closings.get(unit.code)
    if closing and (end is None or end > closing):
        last = closing - timedelta(days=1)
        raise ValidationError({"til": f"Filen lukker {unit}. Rollen skal slutte senest {last:%d-%m-%Y}."})


def _give(wanted: RoleAssignment, sender: Sender) -> str:
    """Give the role, or in the browser ask a second administrator for it where it takes two."""
    terms: dict[str, Any] = {
        name: getattr(wanted, name) for name in ("user", "role", "unit", "valid", "deputy_of")
    }
    if sender.by is None:
        assign_role(**terms)
    elif RoleRequest.objects.filter(**terms, decided_at=None).exists():
        return "unchanged"
    elif wanted.deputy_of is not None:
        _name_deputy(wanted, wanted.deputy_of, sender.by)
    else:
        give_role(**terms, by=sender.by)
    return "created"


def _name_deputy(wanted: RoleAssignment, holder: User, by: User) -> None:
    """As on the page: for a role that is held all the while, and until a day."""
    first, end = wanted.valid.lower, wanted.valid.upper
    own = lasting_assignments().filter(user=holder, role=wanted.role, unit=wanted.unit, deputy_of=None)
    if (assignment := own.filter(valid__contains=first).first() if first else None) is None:
        raise ValidationError({"stedfortraeder_for": f"{holder} har ikke rollen den dag."})
    if end is None:
        raise ValidationError({"til": "Skriv stedfortræderens sidste dag."})
    last = end - timedelta(days=1)
    name_deputy(assignment=assignment, deputy=wanted.user, first_day=first, last_day=last, by=by)


def _user(row: NamedRow, column: str) -> User:
    user = User.objects.filter(email__iexact=row[column]).first()
    if user is None:
        raise ValidationError(
            {column: f"{shown(row[column])} er hverken i filen som person eller oprettet i forvejen."}
        )
    return user


def _unit(row: NamedRow) -> Unit:
    unit = Unit.objects.filter(code=row["enhed"]).first()
    if unit is None:
        raise ValidationError({"enhed": UNKNOWN_UNIT.format(shown(row["enhed"]))})
    return unit


def _role(row: NamedRow) -> Role:
    role = Role.objects.filter(code=row["rolle"], is_staffed=True).first()
    if role is None:
        codes = ", ".join(Role.objects.filter(is_staffed=True).values_list("code", flat=True))
        raise ValidationError({"rolle": f"Rollen {shown(row['rolle'])} findes ikke. Brug en af: {codes}."})
    return role
