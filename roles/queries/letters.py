"""Who is to have a letter on a day, and what it says. Nobody gets one when there is nothing new in it.

A duty is mentioned first 14 and 3 days before its deadline and on the day, then the day after and every
week; a day without a letter is made up for the next time, for a week. The letter then lists all that is
overdue or due within 14 days. Vacancies are told on Mondays, and at once when there are more than last told.
A review of roles is announced, and once more in its last week.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime

from roles.dates import deadline_words
from roles.letter_sources import Letter, registered
from roles.models import (
    Attestation,
    AttestationItem,
    Duty,
    MailLog,
    MailTemplate,
    Permission,
    RoleAssignment,
    UnitPermission,
    User,
)
from roles.queries.attestations import confirmers
from roles.queries.duties import LEADING
from roles.queries.vacancies import Vacancy, vacancies

Code = MailTemplate.Code

REMIND_BEFORE, REMIND_EVERY = (14, 3, 0), 7
MADE_UP_FOR = timedelta(days=7)
LAST_WEEK = timedelta(days=7)
MONDAY, MOST_LINES = 0, 40


@dataclass
class Pile:
    """The duties that one person's letter lists; news is what the letter is sent for."""

    user: User
    overdue: list[Duty] = field(default_factory=list)
    soon: list[Duty] = field(default_factory=list)
    gone_on: list[Duty] = field(default_factory=list)
    has_news: bool = False


def letters_of(on: date) -> Iterator[Letter]:
    """All letters of the day, also those that have been sent already."""
    yield from digests(on)
    yield from vacancy_letters(on)
    yield from attestation_letters(on)
    for source in registered():
        yield from source(on)


def digests(on: date) -> list[Letter]:
    """Three queries."""
    piles, told = _piles(on), last_told(Code.DIGEST, on)
    for pile in piles.values():
        since = max(told.get(pile.user.pk, date.min), on - MADE_UP_FOR)
        own = pile.overdue + pile.soon
        pile.has_news = any(is_mentioned(duty.due_on, since=since, on=on) for duty in own) or any(
            since < _gone_on(duty) <= on for duty in pile.gone_on
        )
    return [_digest(pile, on) for pile in piles.values() if pile.has_news]


def is_mentioned(due_on: date, *, since: date, on: date) -> bool:
    """Whether a reminder of the deadline falls after ``since`` and no later than ``on``."""
    days_late = [(since - due_on).days + step for step in range(1, (on - since).days + 1)]
    return any(
        -days in REMIND_BEFORE or days == 1 or (days > 0 and days % REMIND_EVERY == 0) for days in days_late
    )


def _piles(on: date) -> dict[int, Pile]:
    held = _held(on)
    piles: dict[int, Pile] = {}
    ahead = on + timedelta(days=max(REMIND_BEFORE))
    duties = Duty.objects.open().filter(due_on__lte=ahead).select_related("responsibility", "unit")
    for duty in duties.order_by("due_on", "pk"):
        for user in _doers(duty, held):
            pile = piles.setdefault(user.pk, Pile(user))
            (pile.overdue if duty.due_on < on else pile.soon).append(duty)
        for user in _leaders(duty, held):
            piles.setdefault(user.pk, Pile(user)).gone_on.append(duty)
    return piles


Held = dict[int, list[RoleAssignment]]  # by unit


def _held(on: date) -> Held:
    """The roles that people who are still here hold today, deputies included."""
    found: Held = defaultdict(list)
    current = RoleAssignment.objects.current(on=on).filter(user__is_active=True)
    for assignment in current.select_related("user", "role"):
        found[assignment.unit_id].append(assignment)
    return found


def _doers(duty: Duty, held: Held) -> set[User]:
    """As Duty.objects.of has it, for everybody at once."""
    return {
        each.user
        for each in held.get(duty.seat_id or 0, ())
        if each.role_id == duty.role_id and duty.holder_id in (None, each.user_id, each.deputy_of_id)
    }


def _leaders(duty: Duty, held: Held) -> set[User]:
    return {each.user for each in held.get(duty.escalated_to_id or 0, ()) if each.role.code in LEADING}


def _gone_on(duty: Duty) -> date:
    return localtime(duty.escalated_at).date() if duty.escalated_at else date.min


def last_told(code: str, on: date) -> dict[int, date]:
    """By person the day of the last letter before this day; one that failed was not told."""
    sent = MailLog.objects.filter(code=code, day__lt=on).exclude(state=MailLog.State.FAILED)
    return dict(sent.order_by().values_list("user").annotate(Max("day")))


def _digest(pile: Pile, on: date) -> Letter:
    listed = [
        ("Fristen er passeret:", pile.overdue),
        ("Frist inden for 14 dage:", pile.soon),
        ("Gået videre til dig, fordi fristen er passeret:", pile.gone_on),
    ]
    parts = ["\n".join([heading, *_lines(duties, on)]) for heading, duties in listed if duties]
    values = {"fornavn": pile.user.get_short_name(), "opgaver": "\n\n".join(parts)}
    return Letter(pile.user, Code.DIGEST, sum(len(duties) for _, duties in listed), "my-duties", values)


def _lines(duties: list[Duty], on: date) -> list[str]:
    shown = [
        f"- {duty.responsibility.text.rstrip('.')} ({duty.unit}). Frist {deadline_words(duty.due_on, on=on)}"
        for duty in duties[:MOST_LINES]
    ]
    return shown if len(duties) <= MOST_LINES else [*shown, f"- og {len(duties) - MOST_LINES} til"]


def vacancy_letters(on: date) -> list[Letter]:
    """To those who administer or lead the units that lack a person."""
    found = vacancies(on=on)
    if not found:
        return []
    told = _vacancies_told(on)
    mine = {
        user: [each for each in found if each.unit.path.startswith(tuple(paths))]
        for user, paths in _responsible(on).items()
    }
    return [
        _vacancy_letter(user, lacking)
        for user, lacking in mine.items()
        if lacking and (on.weekday() == MONDAY or len(lacking) > told.get(user.pk, 0))
    ]


def _responsible(on: date) -> dict[User, list[str]]:
    """Those who give roles or confirm them, with the units where they do."""
    return people_with_right([Permission.MANAGE_ORGANISATION, Permission.CONFIRM_ROLES], on)


def people_with_right(permissions: list[Permission], on: date) -> dict[User, list[str]]:
    """Those who hold one of them on the day, deputies included, with the paths of the units."""
    rights = UnitPermission.objects.filter(
        permission__codename__in=permissions,
        assignment__valid__contains=on,
        user__is_active=True,
    )
    found: dict[User, list[str]] = defaultdict(list)
    for right in rights.select_related("user", "content_object"):
        found[right.user].append(right.content_object.path)
    return found


def _vacancies_told(on: date) -> dict[int, int]:
    sent = MailLog.objects.filter(code=Code.VACANCY, day__lt=on).exclude(state=MailLog.State.FAILED)
    return dict(sent.order_by("user", "-day").distinct("user").values_list("user", "items"))


def _vacancy_letter(user: User, lacking: list[Vacancy]) -> Letter:
    counts = Counter((each.unit.path, each.unit.name, each.role.name) for each in lacking)
    lines = [f"- {unit}, {role}: {count} ansvar" for (_, unit, role), count in sorted(counts.items())]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"- og {len(lines) - MOST_LINES} andre roller"]
    values = {"fornavn": user.get_short_name(), "ansvar": "\n".join(lines)}
    return Letter(user, Code.VACANCY, len(lacking), "vacancy-list", values)


def attestation_letters(on: date) -> list[Letter]:
    """To those for whom roles wait to be confirmed."""
    waiting, told = _waiting(on), last_told(Code.ATTESTATION, on)
    return [
        _attestation_letter(user, reviews)
        for user, reviews in waiting.items()
        if any(_is_announced(review, told.get(user.pk, date.min), on) for review in reviews)
    ]


def _waiting(on: date) -> dict[User, list[Attestation]]:
    """The reviews under way, once for each role that waits, with the leader nearest to it.

    Where nobody leads, it waits for those who administer the unit.
    """
    items = AttestationItem.objects.filter(
        attestation__as_of__lte=on, attestation__deadline_on__gte=on, answer=""
    )
    unanswered = list(items.select_related("attestation__unit", "assignment"))
    leaders = confirmers() if unanswered else None
    administrators = people_with_right([Permission.MANAGE_ORGANISATION], on) if unanswered else {}
    users = User.objects.in_bulk() if unanswered else {}
    found: dict[User, list[Attestation]] = defaultdict(list)
    for item in unanswered:
        path, person = item.attestation.unit.path, item.assignment.user_id
        nearest = leaders.nearest(person, path) if leaders else set()
        orphaned = [user for user, paths in administrators.items() if path.startswith(tuple(paths))]
        for user in [users[pk] for pk in nearest] or orphaned:
            if user.pk != person:
                found[user].append(item.attestation)
    return found


def _is_announced(review: Attestation, told: date, on: date) -> bool:
    """When it has begun, and in its last week; each once."""
    last_week = review.deadline_on - LAST_WEEK
    return told < localtime(review.created_at).date() or told < last_week <= on


def _attestation_letter(user: User, reviews: list[Attestation]) -> Letter:
    deadline_on = min(review.deadline_on for review in reviews)
    values = {"fornavn": user.get_short_name(), "frist": date_format(deadline_on, "j. F Y").lower()}
    return Letter(user, Code.ATTESTATION, len(reviews), "attestation-list", values)
