"""Letters about signals: once a month what is new to those who lead, once a week the actions due.

A month is told on the first morning after it was first closed, for a fortnight. Each signal is written out
to those nearest above its unit; leaders further up are told how many there are beneath them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Max, QuerySet
from django.utils.timezone import localtime

from followup.models import DriftSignal, MonthlyRun, SignalNote
from followup.queries.ledger import standings
from followup.queries.months import finished, latest_closed
from followup.queries.sentences import is_improvement, month_name, place_and_sentence
from roles.dates import deadline_words
from roles.letter_sources import Letter
from roles.models import MailTemplate, Permission, User
from roles.queries.letters import last_told, people_with_right

Change = DriftSignal.Change
Code = MailTemplate.Code

TOLD_FOR = timedelta(days=14)
SOON = timedelta(days=7)
MONDAY, MOST_LINES = 0, 20
NEWS = {
    Change.OPENED: "Nye signaler:",
    Change.STRENGTHENED: "Tydeligere end før:",
    Change.CLOSED: "Tilbage på det tidligere niveau:",
    Change.WITHDRAWN: "Trukket tilbage, fordi det ikke holdt, da måneden var komplet:",
}
GOOD_NEWS = "Godt nyt:"
ACTIONS_TOLD = "Handlinger, du er ansvarlig for:"


def signal_letters(on: date) -> Iterator[Letter]:
    """The day's letters about signals, also those that have been sent already."""
    actions = _actions_due(on)
    monthly = {letter.user.pk: letter for letter in _monthly(on, actions)}
    yield from monthly.values()
    if on.weekday() == MONDAY:
        yield from (_reminder(user, due, on) for user, due in actions.items() if user.pk not in monthly)


def _monthly(on: date, actions: dict[User, list[SignalNote]]) -> list[Letter]:
    newest = latest_closed()
    if newest is None:
        return []
    month, revision = newest
    closed_on = _first_closed_on(month)
    if closed_on is None or not closed_on <= on <= closed_on + TOLD_FOR:
        return []
    told = last_told(Code.SIGNALS, on)
    news = _news(month, revision)
    letters = []
    for user, (own, beneath) in _readers(news, on).items():
        if told.get(user.pk, date.min) < closed_on:
            letters.append(_letter(user, month, own, beneath, actions.get(user, []), on))
    return letters


def _first_closed_on(month: date) -> date | None:
    """The day on which the month's first closed revision was done."""
    runs = MonthlyRun.objects.filter(finished, month=month).order_by("revision")
    done = runs.values("revision").annotate(at=Max("finished_at")).first()
    return localtime(done["at"]).date() if done and done["at"] else None


def _news(month: date, revision: int) -> list[DriftSignal]:
    """What is worth a line. What was accepted stays quiet, unless it is over."""
    signals = DriftSignal.objects.filter(month=month, revision=revision, change__in=NEWS, drift__isnull=False)
    signals = signals.exclude(unit__closed_on__lte=month)  # that a unit is closed is no news of practice
    found = list(
        signals.select_related("unit", "standard", "intervention", "drift").order_by("unit__path", "pk")
    )
    quiet = {
        each.drift.pk for each in standings(signal.drift for signal in found if signal.drift) if each.is_quiet
    }
    return [each for each in found if each.drift_id not in quiet]


Told = tuple[list[DriftSignal], list[DriftSignal]]


def _readers(news: list[DriftSignal], on: date) -> dict[User, Told]:
    """By leader the signals they are nearest to, and those further down."""
    leaders = people_with_right([Permission.HANDLE_SIGNAL], on) if news else {}
    found: dict[User, Told] = defaultdict(lambda: ([], []))
    for signal in news:
        above = {
            user: max((len(path) for path in paths if signal.unit.path.startswith(path)), default=0)
            for user, paths in leaders.items()
        }
        nearest = max(above.values(), default=0)
        for user, depth in above.items():
            if depth:
                found[user][0 if depth == nearest else 1].append(signal)
    return found


def _letter(
    user: User,
    month: date,
    own: list[DriftSignal],
    beneath: list[DriftSignal],
    actions: list[SignalNote],
    on: date,
) -> Letter:
    parts = _own_parts(own)
    if beneath:
        parts.append(_beneath_words(beneath))
    if actions:
        parts.append("\n".join([ACTIONS_TOLD, *_action_lines(actions, on)]))
    values = {
        "fornavn": user.get_short_name(),
        "maaned": month_name(month).capitalize(),
        "signaler": "\n\n".join(parts),
    }
    return Letter(user, Code.SIGNALS, len(own) + len(beneath) + len(actions), "signal-list", values)


def _own_parts(own: list[DriftSignal]) -> list[str]:
    """Under each heading its signals; what has become better stands first."""
    good = [each for each in own if is_improvement(each)]
    rest = [each for each in own if not is_improvement(each)]
    headed = [(GOOD_NEWS, good)]
    headed += [
        (heading, [each for each in rest if each.change == change]) for change, heading in NEWS.items()
    ]
    return ["\n".join([heading, *_lines(signals)]) for heading, signals in headed if signals]


def _lines(signals: list[DriftSignal]) -> list[str]:
    lines = [f"- {place_and_sentence(each)}" for each in signals[:MOST_LINES]]
    return lines if len(signals) <= MOST_LINES else [*lines, f"- og {len(signals) - MOST_LINES} til"]


def _beneath_words(beneath: list[DriftSignal]) -> str:
    opened = sum(each.change == Change.OPENED for each in beneath)
    units = len({each.unit_id for each in beneath})
    many = "1 signal" if len(beneath) == 1 else f"{len(beneath)} signaler, heraf {opened} åbnet denne måned,"
    return (
        f"Længere nede er der nyt om {many} i {units} {'enhed' if units == 1 else 'enheder'}."
        " De nærmeste ledere har fået besked."
    )


def _actions_due(on: date) -> dict[User, list[SignalNote]]:
    """By owner the actions not done that are due within a week, or were; of units they can still see."""
    notes: QuerySet[SignalNote] = SignalNote.objects.filter(
        kind=SignalNote.Kind.ACTION, answered_by=None, due_on__lte=on + SOON
    )
    due = list(notes.select_related("owner", "drift__unit").order_by("due_on", "pk"))
    readers = people_with_right([Permission.VIEW_SIGNALS], on) if due else {}
    found: dict[User, list[SignalNote]] = defaultdict(list)
    for note in due:
        paths = readers.get(note.owner, []) if note.owner else []
        if note.owner and any(note.drift.unit.path.startswith(path) for path in paths):
            found[note.owner].append(note)
    return found


def _reminder(user: User, actions: list[SignalNote], on: date) -> Letter:
    lines = [ACTIONS_TOLD, *_action_lines(actions, on)]
    values = {"fornavn": user.get_short_name(), "handlinger": "\n".join(lines)}
    return Letter(user, Code.SIGNAL_ACTIONS, len(actions), "signal-list", values)


def _action_lines(actions: list[SignalNote], on: date) -> list[str]:
    lines = []
    for note in actions[:MOST_LINES]:
        due = deadline_words(note.due_on, on=on) if note.due_on else ""
        text = " ".join(note.text.split()).rstrip(".")
        lines.append(f"- {text} ({note.drift.unit}). Frist {due}")
    return lines if len(actions) <= MOST_LINES else [*lines, f"- og {len(actions) - MOST_LINES} til"]
