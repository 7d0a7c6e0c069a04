"""A scan is written down: the drifts that were open go on, fade or end, and new ones open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from followup.actions.signals.book import Book, key_of, open_book, spoken_of
from followup.actions.signals.changes import Course, Said, change_of
from followup.models import Drift, DriftSignal
from followup.queries.detector import current_settings
from followup.queries.levels import level_of
from followup.queries.months import scanned_revisions
from followup.queries.scan import Evidence, Finding, Key, Scan, scan_month

LOCK = 7202
"""One scan at a time writes to the ledger."""
Change, State = DriftSignal.Change, Drift.State
OVER = {Change.CLOSED: State.CLOSED, Change.WITHDRAWN: State.WITHDRAWN}


@transaction.atomic
def rebuild_signals(*, month: date, revision: int) -> int:
    """Replace the revision's signals and bring the ledger up to date; returns how many signals there are.

    The ledger follows the newest month. A new revision of an older one gets its signals, and the state of
    the drifts stays as the later months have left it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    book = open_book(month=month, revision=revision)
    scan = scan_month(
        month=month,
        revisions=scanned_revisions(month=month, revision=revision),
        open_before={key: drift.direction for key, drift in book.before.items()},
        settings=current_settings(),
        is_newest=book.is_newest,
    )
    return write_down(book, scan, month=month, revision=revision)


def write_down(book: Book, scan: Scan, *, month: date, revision: int) -> int:
    new = {key: finding for key, finding in scan.new.items() if key.unit not in book.closed}
    page = _Page(book, Scan(new, scan.followed), month, revision)
    page.follow()
    page.open()
    page.take_back()
    DriftSignal.objects.filter(month=month, revision=revision).delete()
    if book.is_newest:
        page.turn()
    made = DriftSignal.objects.bulk_create(page.signals)
    return len(made)


@dataclass
class _Page:
    """The month's page of the ledger while it is written."""

    book: Book
    scan: Scan
    month: date
    revision: int
    signals: list[DriftSignal] = field(default_factory=list)
    ended: dict[int, Drift.State] = field(default_factory=dict)
    going_on: list[Drift] = field(default_factory=list)
    opened: list[Drift] = field(default_factory=list)
    removed: list[Drift] = field(default_factory=list)

    def follow(self) -> None:
        """What the month says of the drifts that were open before it."""
        for key, drift in self.book.before.items():
            if key in self.scan.new:  # it has turned: the new one speaks
                self._end(drift, State.CLOSED)
                continue
            finding, said = self.scan.followed.get(key, _nothing_of(drift)), self.book.said.get(drift.pk)
            evidence = finding.evidence or (_evidence(said) if said else None)
            if evidence is None:
                self.going_on.append(drift)
                continue
            change = self._change(drift, finding, said, evidence)
            self._say(drift, change, evidence, finding)
            if change in OVER:
                self._end(drift, OVER[change])
            else:
                self.going_on.append(drift)

    def open(self) -> None:
        """Drifts that open, or that an earlier scan of the month has opened already."""
        for key, finding in self.scan.new.items():
            if finding.evidence is None:
                continue
            drift = self.book.mine.get((key, finding.direction))
            if drift is None and self.book.is_newest:
                drift = Drift(**key.columns, direction=finding.direction, opened_in=self.month)
            if drift is not None:
                self.opened.append(drift)
            self._say(drift, Change.OPENED, finding.evidence, finding)

    def take_back(self) -> None:
        """What an earlier scan of the month opened and this one does not find."""
        if not self.book.is_newest:
            return
        gone = [drift for (key, way), drift in self.book.mine.items() if not self._finds(key, way)]
        kept = spoken_of(gone, month=self.month, revision=self.revision)
        for drift in gone:
            if drift.pk not in kept:
                self.removed.append(drift)
                continue
            self._end(drift, State.WITHDRAWN)
            before = (
                drift.signals.exclude(month=self.month, revision=self.revision).order_by("-revision").first()
            )
            key = key_of(drift)
            if before and key not in self.scan.new and key not in self.book.before:
                self._say(drift, Change.WITHDRAWN, _evidence(before), _nothing_of(drift))

    def turn(self) -> None:
        """Write the state of the drifts: what ends before what opens, for one key is open once."""
        Drift.objects.filter(pk__in=[drift.pk for drift in self.removed]).delete()
        for state in set(self.ended.values()):
            ended = [pk for pk, end in self.ended.items() if end == state]
            Drift.objects.filter(pk__in=ended).update(state=state, closed_in=self.month)
        again = [drift.pk for drift in (*self.going_on, *self.opened) if drift.pk]
        Drift.objects.filter(pk__in=again).exclude(state=State.OPEN).update(state=State.OPEN, closed_in=None)
        Drift.objects.bulk_create([drift for drift in self.opened if drift.pk is None])

    def _end(self, drift: Drift, state: Drift.State) -> None:
        self.ended[drift.pk] = state

    def _finds(self, key: Key, direction: str) -> bool:
        found = self.scan.new.get(key)
        return found is not None and found.direction == direction

    def _change(
        self, drift: Drift, finding: Finding, said: DriftSignal | None, evidence: Evidence
    ) -> DriftSignal.Change:
        """No decision will ever show whether a closed unit came back: what was open there is over."""
        if drift.unit_id in self.book.closed:
            return Change.CLOSED
        return change_of(
            drift.direction,
            self._course(drift, finding),
            _said(said) if said else None,
            Said(finding.probability, _level(drift, evidence), evidence.low, evidence.high),
        )

    def _course(self, drift: Drift, finding: Finding) -> Course:
        confirmed = drift.pk in self.book.confirmed
        if not finding.course:
            return self._course_of_pattern(drift, finding)
        later = [month for month in finding.course if drift.opened_in < month <= self.month]
        return Course(
            at_opening=finding.course.get(drift.opened_in, 1.0),
            since=[finding.course[month] for month in sorted(later)],
            is_confirmed=confirmed,
        )

    def _course_of_pattern(self, drift: Drift, finding: Finding) -> Course:
        """A pattern is found or not; how it stood in the months before is what they said."""
        said = drift.signals.filter(month__gt=drift.opened_in, month__lt=self.month)
        newest = said.order_by("month", "-revision").distinct("month").values_list("probability", flat=True)
        return Course(at_opening=1.0, since=[*newest, finding.probability], is_confirmed=True)

    def _say(
        self, drift: Drift | None, change: DriftSignal.Change, evidence: Evidence, finding: Finding
    ) -> None:
        """No drift: an older month, seen anew, would have opened one that later months know nothing of."""
        is_certain = change in OVER or (drift is not None and drift.pk in self.book.confirmed)
        self.signals.append(
            DriftSignal(
                drift=drift,
                month=self.month,
                revision=self.revision,
                direction=(drift or finding).direction,
                change=change,
                probability=finding.probability,
                provisional=finding.provisional and not is_certain,
                folded_units=list(finding.folded),
                also=list(finding.also),
                **finding.key.columns,
                **vars(evidence),
            )
        )


def _nothing_of(drift: Drift) -> Finding:
    """What a scan says of a drift that it finds no trace of."""
    return Finding(key_of(drift), drift.direction, probability=0.0, evidence=None)


def _said(signal: DriftSignal) -> Said:
    return Said(signal.probability, level_of(signal), signal.low, signal.high)


def _evidence(signal: DriftSignal) -> Evidence:
    return Evidence(
        since=signal.since,
        since_first=signal.since_first or signal.since,
        since_last=signal.since_last or signal.since,
        observed=signal.observed,
        expected=signal.expected,
        n=signal.n,
        low=signal.low,
        high=signal.high,
    )


def _level(drift: Drift, evidence: Evidence) -> float:
    return level_of(DriftSignal(measure=drift.measure, observed=evidence.observed, n=evidence.n))
