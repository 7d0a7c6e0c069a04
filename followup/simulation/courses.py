"""The life of every grant: decided, changed, extended, moved to a new law, ended; one row per decision."""

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from followup.simulation.amounts import NATURAL, PRICE, draw_amounts, moved, related, step_of, yearly_price
from followup.simulation.applications import (
    Applications,
    age_band,
    at_pension_age,
    price_factor,
)
from followup.simulation.days import LENGTH, NEVER, Days, birthday, last_day, month_number, next_workday
from followup.simulation.plan import Plan, Window, window
from followup.simulation.practice import INSIDE, OVER, UNDER, Practice
from followup.simulation.services import Catalogue, Floats

KINDS = (
    "bevilling_ny",
    "bevilling_delvis",
    "afslag",
    "opjustering",
    "nedjustering",
    "forlaengelse",
    "aendring_inden_for_rammen",
    "leverandoerskift",
    "ophoer",
    "ophoer_borger",
    "genvurdering_fastholdt",
    "genvurdering_medhold",
    "paragraf_migrering",
)
NEW, PARTIAL, REFUSAL, RAISED, LOWERED, EXTENDED, WITHIN, SUPPLIER, ENDED, ENDED_BY_CITIZEN = range(10)
UPHELD, CHANGED, MIGRATED = 10, 11, 12
CHANGING = (NEW, PARTIAL, RAISED, LOWERED, CHANGED)
JUDGED = (*CHANGING, EXTENDED, SUPPLIER)
WITHOUT_AMOUNT = (REFUSAL, ENDED, ENDED_BY_CITIZEN, UPHELD)

GRANTED = ((NEW, 0.92), (PARTIAL, 0.08))
REASSESSED = -1
"""What comes next is drawn among these; a reassessment becomes what its amount makes of it."""
NEXT = ((REASSESSED, 0.38), (EXTENDED, 0.15), (ENDED, 0.24), (ENDED_BY_CITIZEN, 0.10), (SUPPLIER, 0.05),
        (WITHIN, 0.05), (UPHELD, 0.02), (CHANGED, 0.01))  # fmt: skip
FIXED_TERM = 0.35
"""Grants with an end date although the standard sets no duration."""
RUNS_OUT = 0.5
"""Fixed-term grants that are not renewed simply run out, without a decision."""
NEED_MOVES = 0.3
STARTED_IN_TIME = 0.9
FORGOTTEN = 0.1
"""Follow-ups that were agreed on for long before anything happens."""
NO_NEED, NO_AMOUNT, NO_PRICE = 0.02, 0.012, 0.02
DISPENSATION, APPEAL, TRANSITION, ACUTE, NETWORK, COMPOUND, WAITING, LOWER, OTHER = range(9)
REASONS = (
    "dispensation", "ankestyrelsen", "overgang", "akut", "netvaerk", "sammensat", "afventer",
    "lavere_behov", "andet",
)  # fmt: skip
WHY_OVER = (
    (DISPENSATION, 0.3),
    (ACUTE, 0.16),
    (NETWORK, 0.1),
    (WAITING, 0.1),
    (OTHER, 0.05),
    (APPEAL, 0.03),
)
"""Besides COMPOUND, whose share a team's practice says."""
WHY_UNDER = ((LOWER, 0.6), (NETWORK, 0.2), (WAITING, 0.1), (OTHER, 0.1))


@dataclass(eq=False)
class Decisions:
    """One row per decision; -1 and NaN where it says nothing. application: the one that it stems from."""

    application: Days
    service: Days
    kind: Days
    decided: Days
    starts: Days
    ends: Days
    follow_up: Days
    need: Days
    amount: Floats
    price: Floats
    supplier: Days
    relation: Days
    reason: Days

    def __len__(self) -> int:
        return len(self.application)


@dataclass(eq=False)
class _Running:
    """The grants as they stand: one place per application."""

    service: Days
    need: Days
    amount: Floats
    price: Floats
    supplier: Days
    fixed: NDArray[np.bool_]
    decided: Days
    next: Days
    blocks: list[Decisions] = field(default_factory=list)


def live(plan: Plan, catalogue: Catalogue, applied: Applications, practice: Practice) -> Decisions:
    """Every decision of the months simulated, in no particular order."""
    return _Course(plan, catalogue, applied, practice).run()


class _Course:
    """All grants side by side: each round makes the next decision of every grant that has one."""

    def __init__(self, plan: Plan, catalogue: Catalogue, applied: Applications, practice: Practice) -> None:
        self.rng, self.catalogue, self.applied, self.practice = plan.chance(5), catalogue, applied, practice
        self.window: Window = window(plan)
        count = len(applied)
        self.now = _Running(
            service=applied.service.copy(),
            need=applied.need.copy(),
            amount=np.full(count, np.nan),
            price=price_factor(self.rng, count),
            supplier=self.rng.integers(0, 6, count),
            fixed=self._column("months")[applied.service] > 0,
            decided=applied.decided.copy(),
            next=np.full(count, NEVER),
        )
        self.now.fixed |= (self.rng.random(count) < FIXED_TERM) & self._term_fits(applied.service)

    def run(self) -> Decisions:
        decided = self.applied.decided
        rows = self._first(np.flatnonzero(decided <= self.window.last))
        while len(rows):
            self._migrate(rows)
            rows = self._next(rows[self.now.next[rows] <= self.window.last])
        columns = {each.name: np.concatenate([getattr(block, each.name) for block in self.now.blocks])
                   for each in fields(Decisions)}  # fmt: skip
        known = self._of_what_ran(Decisions(**columns))
        return Decisions(**{name: column[known] for name, column in columns.items()})

    def _of_what_ran(self, made: Decisions) -> NDArray[np.bool_]:
        """Decisions of grants that ran in the months simulated, also those made before."""
        ran = np.zeros(len(self.applied), dtype=bool)
        ran[made.application[(made.decided >= self.window.first) | (made.ends >= self.window.first)]] = True
        return ran[made.application]

    # What a round consists of

    def _first(self, rows: Days) -> Days:
        refuses = self.rng.random(len(rows)) < self._practice("refused", rows, self.applied.decided[rows])
        kind = np.where(refuses, REFUSAL, self._pick(GRANTED, len(rows)))
        refused = rows[kind == REFUSAL]
        self._write(refused, np.full(len(refused), REFUSAL), self.applied.decided[refused])
        self._appeal(refused)
        granted: Days = rows[kind != REFUSAL]
        kind = kind[kind != REFUSAL]
        self._step_needs(granted, self._raised(granted, self.applied.decided[granted]).astype(np.int64))
        self.now.amount[granted] = self._draw(granted, self.applied.decided[granted])
        self._schedule(granted, self.applied.decided[granted])
        self._write(granted, kind, self.applied.decided[granted])
        return granted

    def _appeal(self, refused: Days) -> None:
        rows = refused[self.rng.random(len(refused)) < 0.12]
        on = next_workday(self.applied.decided[rows] + self.rng.integers(20, 50, len(rows)))
        within = on <= self.window.last
        self._write(rows[within], np.full(within.sum(), UPHELD), on[within])

    def _next(self, rows: Days) -> Days:
        on = self.now.next[rows]
        kind = self._pick(NEXT, len(rows))
        fixed = self.now.fixed[rows]
        kind = np.where(fixed & np.isin(kind, (SUPPLIER, WITHIN, UPHELD, CHANGED)), EXTENDED, kind)
        limit = self._column("ends_at_age")[self.now.service[rows]]
        grown = (limit > 0) & (on >= birthday(self.applied.born[rows], limit))
        kind = np.where(grown, ENDED_BY_CITIZEN, kind)
        ending = np.isin(kind, (ENDED, ENDED_BY_CITIZEN))
        silent = ending & fixed & (self.rng.random(len(rows)) < RUNS_OUT)
        self._end(rows[ending & ~silent], kind[ending & ~silent], on[ending & ~silent])
        stay = ~ending
        self._continue(rows[stay], kind[stay], on[stay])
        return rows[stay]

    def _end(self, rows: Days, kind: Days, on: Days) -> None:
        self._write(rows, kind, on)

    def _continue(self, rows: Days, kind: Days, on: Days) -> None:
        upheld = kind == UPHELD
        changed = np.isin(kind, (REASSESSED, CHANGED))
        kind = kind.copy()
        kind[changed] = self._reassess(rows[changed], kind[changed], on[changed])
        moves = rows[kind == SUPPLIER]
        self.now.supplier[moves] = (self.now.supplier[moves] + self.rng.integers(1, 6, len(moves))) % 6
        self._schedule(rows, on)
        self._write(rows[~upheld], kind[~upheld], on[~upheld])
        self._write(rows[upheld], kind[upheld], on[upheld])

    def _reassess(self, rows: Days, kind: Days, on: Days) -> Days:
        """A new amount, and the kind of decision that it makes."""
        before, need_before = self.now.amount[rows], self.now.need[rows]
        self._move_needs(rows, on)
        frame, step = self._frame(rows, on), self._steps(rows)
        amount = moved(frame, step, self._draw(rows, on), before)
        # A pathway that stays on its level is extended as it is.
        exact = self._column("typical_only")[self.now.service[rows]].astype(bool)
        amount = np.where(exact & (self.now.need[rows] == need_before), before, amount)
        granted = kind == CHANGED
        amount = np.where(granted & (amount <= before), before + step, amount)
        self.now.amount[rows] = amount
        change = np.sign(amount - before) + 0.5 * np.sign(self.now.need[rows] - need_before)
        result = np.select([change > 0, change < 0], [RAISED, LOWERED], EXTENDED)
        return np.where(granted, CHANGED, result)

    def _migrate(self, rows: Days) -> None:
        """Running grants go over to a new law with their content; it is written down, not decided."""
        service = self.now.service[rows]
        child = self._column("law_change")[service].astype(bool)
        pension = np.maximum(self._column("pension_from")[service], birthday(self.applied.born[rows], 67))
        on = np.where(child, self._column("law_from")[service], pension)
        on = np.where(self._column("pension_from")[service] == NEVER, np.where(child, on, NEVER), on)
        due = (on > self.now.decided[rows]) & (on <= self.now.next[rows]) & (on <= self.window.last)
        rows, on, child = rows[due], on[due], child[due]
        old = self.now.service[rows]
        new = at_pension_age(self.rng, self.catalogue, old, self.applied.born[rows], on)
        self.now.service[rows] = np.where(child, old, new)
        self.now.amount[rows] = np.where(child, self.now.amount[rows], 1.0)
        self.now.decided[rows] = on
        self._write(rows, np.full(len(rows), MIGRATED), on)

    # What a decision says

    def _draw(self, rows: Days, on: Days) -> Floats:
        service = self.now.service[rows]
        team, group = self.applied.team[rows], self.applied.group[rows]
        relation = self.practice.relation(self.rng, team, service, self._month(on), group)
        open_below = self._column("typical_only")[service].astype(bool)
        relation = np.where(open_below & (relation == UNDER), INSIDE, relation)
        guiding = self._column("guiding")[service].astype(bool)
        relation = np.where(guiding, relation, INSIDE)
        frame = self._frame(rows, on)
        full = self.rng.random(len(rows)) < self._practice("full", rows, on)
        push = self._practice("extent", rows, on)
        drawn = draw_amounts(self.rng, frame, self._steps(rows), relation, push, full)
        sums = np.array([each.unit.startswith("kr.") for each in self.catalogue.services])[service]
        drawn = np.where(
            sums, np.round(drawn * np.exp(self.rng.normal(0, 0.35, len(rows))) / 25 + 1) * 25, drawn
        )
        natural = np.array([NATURAL.get(each.unit, np.nan) for each in self.catalogue.services])[service]
        return np.where(np.isnan(natural), drawn, natural)

    def _schedule(self, rows: Days, on: Days) -> None:
        """When the next decision falls: near the end of a fixed term, else after some months."""
        months = self._column("months")[self.now.service[rows]]
        term = np.where(months > 0, months, 12) * 30.4 * self.rng.uniform(0.45, 0.88, len(rows))
        long = (months > 0) & (self.rng.random(len(rows)) < 0.05)
        term = np.where(long, months * 30.4 * 1.25, term)
        open_ended = 30 + self.rng.gamma(2, 100, len(rows))
        gap = np.where(self.now.fixed[rows], term, open_ended).astype(np.int64)
        self.now.decided[rows] = on
        self.now.next[rows] = next_workday(on + gap)

    def _write(self, rows: Days, kind: Days, on: Days) -> None:
        service, next_on = self.now.service[rows], self.now.next[rows]
        without, grants = (
            np.isin(kind, WITHOUT_AMOUNT),
            ~np.isin(kind, (REFUSAL, UPHELD, ENDED, ENDED_BY_CITIZEN)),
        )
        ending = np.isin(kind, (ENDED, ENDED_BY_CITIZEN))
        soon = self.rng.integers(0, 8, len(rows))
        delay = np.where(np.isin(kind, (NEW, PARTIAL)), self._wait(service), soon)
        starts = np.where(kind == MIGRATED, on, on + delay)
        ends = np.where(
            self.now.fixed[rows], last_day(month_number(np.minimum(next_on + delay, NEVER >> 20))), -1
        )
        ends = np.where(ending, on + self.rng.integers(0, 15, len(rows)), np.where(grants, ends, -1))
        ends = np.where(grants & (ends >= 0), np.maximum(ends, starts), ends)
        look = np.where(next_on < NEVER, next_on + self.rng.integers(-14, 15, len(rows)), -1)
        look -= np.where(self.rng.random(len(rows)) < FORGOTTEN, self.rng.integers(20, 120, len(rows)), 0)
        amount = np.where(without | (self.rng.random(len(rows)) < NO_AMOUNT), np.nan, self.now.amount[rows])
        unknown = (self.rng.random(len(rows)) < NO_NEED) | ~self._scaled(service)
        need = np.where(unknown, -1, self.now.need[rows])
        relation = self._relation(rows, kind, on, need, amount)
        long = grants & (ends >= 0) & (ends - starts > self._column("months")[service] * 30.4 + 1)
        long &= self._column("months")[service] > 0
        known = self.rng.random(len(rows)) >= NO_PRICE
        self.now.blocks.append(
            Decisions(
                application=rows, service=service, kind=kind, decided=on,
                starts=np.where(grants, starts, -1), ends=ends,
                follow_up=np.where(grants, np.maximum(look, on + 14), -1),
                need=need, amount=amount,
                price=np.where(grants & known, self._price(rows, on), np.nan),
                supplier=np.where(grants, self.now.supplier[rows], -1),
                relation=relation, reason=self._reason(rows, kind, on, relation, long),
            )
        )  # fmt: skip

    def _relation(self, rows: Days, kind: Days, on: Days, need: Days, amount: Floats) -> Days:
        """As the program will judge it; 0 where it will not, or lacks what it needs."""
        service = self.now.service[rows]
        judged = np.isin(kind, JUDGED) & self._column("guiding")[service].astype(bool)
        judged &= (
            self.catalogue.in_force(service, on) & ~np.isnan(amount) & ~(self._scaled(service) & (need < 0))
        )
        return related(self._frame(rows, on), amount, judged)

    def _reason(self, rows: Days, kind: Days, on: Days, relation: Days, long: NDArray[np.bool_]) -> Days:
        over, under = self._pick(WHY_OVER, len(rows)), self._pick(WHY_UNDER, len(rows))
        same = self.rng.random(len(rows)) < self._practice("same_reason", rows, on)
        over = np.where(same, COMPOUND, over)
        reason = np.select([relation == OVER, relation == UNDER], [over, under], -1)
        kept = (relation == OVER) & np.isin(kind, (EXTENDED, SUPPLIER)) & (self.rng.random(len(rows)) < 0.5)
        reason = np.where(kept, TRANSITION, reason)
        silent = self.rng.random(len(rows)) < self._practice("silent", rows, on)
        return np.where(silent, -1, np.where(long & (reason < 0), WAITING, reason))

    def _price(self, rows: Days, on: Days) -> Floats:
        service = self.now.service[rows]
        base = np.array([PRICE.get(each.unit, (np.nan, ""))[0] for each in self.catalogue.services])[service]
        priced = self._column("priced")[service].astype(bool)
        base = np.where(priced, self._frame(rows, on)[:, 1], base)
        own = self.now.price[rows] * (0.94 + 0.025 * self.now.supplier[rows])
        return yearly_price(base * own * self._practice("price", rows, on), on)

    def _wait(self, service: Days) -> Days:
        """Days from a first grant to its start, mostly within the standard's deadline for that."""
        services = self.catalogue.services
        allowed = np.array([each.start * LENGTH[each.start_unit] for each in services])[service]
        in_time = self.rng.random(len(service)) < STARTED_IN_TIME
        share = np.where(
            in_time, self.rng.uniform(0.15, 0.95, len(service)), self.rng.uniform(1.2, 1.9, len(service))
        )
        days = np.where(in_time, np.floor(allowed * share), np.ceil(allowed * share) + 1)
        waited: Days = days.astype(np.int64)
        return waited

    # Looking things up

    def _practice(self, name: str, rows: Days, on: Days) -> Floats:
        found: Floats = getattr(self.practice, name)[
            self.applied.team[rows], self.now.service[rows], self._month(on)
        ]
        return found

    def _pick(self, choices: tuple[tuple[int, float], ...], count: int) -> Days:
        values, weights = zip(*choices, strict=True)
        picked: Days = self.rng.choice(values, count, p=np.array(weights) / sum(weights))
        return picked

    def _column(self, name: str) -> Days:
        return np.array([int(getattr(each, name)) for each in self.catalogue.services])

    def _term_fits(self, service: Days) -> NDArray[np.bool_]:
        pathway = np.array(
            [each.area == "aeldre" or each.pension_from != NEVER for each in self.catalogue.services]
        )
        fits: NDArray[np.bool_] = ~pathway[service]
        return fits

    def _scaled(self, service: Days) -> NDArray[np.bool_]:
        scaled: NDArray[np.bool_] = np.array([bool(each.scale) for each in self.catalogue.services])
        return scaled[service]

    def _month(self, on: Days) -> Days:
        return np.maximum(month_number(on) - self.window.first_month, 0)

    def _steps(self, rows: Days) -> Floats:
        return np.array([step_of(each.unit) for each in self.catalogue.services])[self.now.service[rows]]

    def _frame(self, rows: Days, on: Days) -> Floats:
        band = age_band(self.applied.born[rows], on)
        return self.catalogue.frame(self.now.service[rows], on, self.now.need[rows], band)

    def _raised(self, rows: Days, on: Days) -> NDArray[np.bool_]:
        raised: NDArray[np.bool_] = self.rng.random(len(rows)) < self._practice("need", rows, on)
        return raised

    def _move_needs(self, rows: Days, on: Days) -> None:
        """Some have come to need one level more or less."""
        step = self.rng.choice((-1, 1), len(rows)) * (self.rng.random(len(rows)) < NEED_MOVES)
        self._step_needs(rows, np.where(self._raised(rows, on), 1, step))

    def _step_needs(self, rows: Days, step: Days) -> None:
        """Among the levels that the frames know."""
        for number, each in enumerate(self.catalogue.services):
            levels = self.catalogue.needs(number)
            if each.scale and len(levels):
                here = self.now.service[rows] == number
                self.now.need[rows[here]] = np.clip(
                    self.now.need[rows[here]] + step[here], levels[0], levels[-1]
                )
