"""The politicians' overview: what was adopted, what practice does. Figures: the published ones only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from typing import NamedTuple

from django.utils.timezone import localdate

from followup.charts import number, percent
from followup.models import MonthlyRun, PublishedFigure
from followup.queries.months import finished, month_plus
from followup.queries.published import Cell, PublishedArea, PublishedMonth, published_areas
from roles.models.sorting import Danish
from serviceniveau.models import Area, StandardVersion

YEAR = 12
COMPARED = (Cell.INSIDE, Cell.ABOVE, Cell.BELOW)
DEADLINES = (Cell.ON_TIME, Cell.LATE)
LEAST_COMPARED = 100
"""Decisions below which nothing is said about a change, and shares are only about right."""
CELL_VARIANCE = 3.0
"""Of one rounded cell: six counts share one published number."""


def published_months() -> list[date]:
    """The months there are figures of, newest first."""
    months = PublishedFigure.objects.order_by("-month").values_list("month", flat=True)
    return list(months.distinct())


class Edition(NamedTuple):
    """Which edition of the figures is shown, and since when."""

    revision: int
    updated: datetime | None


def edition_of(month: date) -> Edition:
    runs = MonthlyRun.objects.filter(finished, step=MonthlyRun.Step.PUBLISH, month=month).order_by(
        "-revision"
    )
    found = runs.values_list("revision", "finished_at").first()
    return Edition(*found) if found else Edition(1, None)


@dataclass(frozen=True)
class Practice:
    """The decisions of some months of an area, as sums of rounded cells."""

    months: list[PublishedMonth]

    def count(self, *cells: str) -> int:
        return sum(month.total(cells) for month in self.months)

    @property
    def inside(self) -> int:
        return self.count(Cell.INSIDE)

    @property
    def above(self) -> int:
        return self.count(Cell.ABOVE)

    @property
    def below(self) -> int:
        return self.count(Cell.BELOW)

    @property
    def incomplete(self) -> int:
        return self.count(Cell.INCOMPLETE)

    @property
    def compared(self) -> int:
        return self.count(*COMPARED)

    @property
    def on_time(self) -> int:
        return self.count(Cell.ON_TIME)

    @property
    def with_deadline(self) -> int:
        return self.count(*DEADLINES)

    def share(self, cell: str) -> float | None:
        return self.count(cell) / self.compared if self.compared else None


@dataclass(frozen=True)
class AreaView:
    """An area in a period, and in the twelve months before it."""

    area: Area
    months: list[PublishedMonth]
    now: Practice
    before: Practice
    versions: list[StandardVersion]

    @property
    def newest(self) -> StandardVersion:
        """The version adopted last; there must be one."""
        return max(self.versions, key=lambda version: version.adoption.adopted_on)

    @property
    def practice_words(self) -> str:
        if not self.now.compared:
            return "Der er ingen afgørelser i perioden, der kan sammenlignes med niveauet."
        many = out_of_ten(self.now.inside, self.now.compared)
        return f"{many} afgørelser ligger inden for det vedtagne niveau."

    @property
    def deadline_words(self) -> str:
        if not self.now.with_deadline:
            return "Ingen afgørelser i perioden havde en frist."
        many = out_of_ten(self.now.on_time, self.now.with_deadline)
        counts = f"{number(self.now.on_time)} af {number(self.now.with_deadline)}"
        return f"{many} afgørelser kom inden fristen ({counts})."

    @property
    def change_words(self) -> list[str]:
        return change_in_words(self.now, self.before)


def area_views(*, month: date, length: int) -> list[AreaView]:
    """Every area, in the order of the law, for the ``length`` months up to this one. Three queries."""
    published = {each.area: each for each in published_areas(first=date.min, last=month)}
    versions = versions_in_force()
    first = month_plus(month, 1 - length)
    return [_view(area, published.get(area), first, versions) for area in Area]


def _view(
    area: Area, published: PublishedArea | None, first: date, versions: list[StandardVersion]
) -> AreaView:
    months = published.months if published else []
    year_before = month_plus(first, -YEAR)
    return AreaView(
        area=area,
        months=months,
        now=Practice([each for each in months if each.month >= first]),
        before=Practice([each for each in months if year_before <= each.month < first]),
        versions=[each for each in versions if each.standard.area == area],
    )


def versions_in_force() -> list[StandardVersion]:
    """The municipality's own standards that apply today, by title. One query."""
    versions = StandardVersion.objects.in_force(on=localdate()).filter(standard__origin_municipality="")
    shown = versions.select_related("standard__legal_basis", "adoption")
    return list(shown.order_by(Danish("standard__title")))


def adoptions_of(area: Area) -> list[tuple[date, list[str]]]:
    """Days on which versions came into force, oldest first, with the titles of their standards."""
    versions = StandardVersion.objects.adopted().filter(standard__area=area, standard__origin_municipality="")
    days: dict[date, list[str]] = {}
    for version in versions.select_related("standard").order_by("valid", Danish("standard__title")):
        if version.valid and version.valid.lower:
            days.setdefault(version.valid.lower, []).append(version.standard.title)
    return list(days.items())


@dataclass(frozen=True)
class MonthRow:
    """A month by itself, and the twelve months that end with it (None until there are twelve)."""

    month: PublishedMonth
    alone: Practice
    year: Practice | None

    @property
    def above(self) -> float | None:
        return self.year.share(Cell.ABOVE) if self.year else None

    @property
    def below(self) -> float | None:
        return self.year.share(Cell.BELOW) if self.year else None


def month_rows(months: list[PublishedMonth]) -> list[MonthRow]:
    """Oldest first. A single month of an area swings too much to be drawn; a year does not."""
    return [
        MonthRow(each, Practice([each]), Practice(months[at + 1 - YEAR : at + 1]) if at + 1 >= YEAR else None)
        for at, each in enumerate(months)
    ]


def out_of_ten(count: int, total: int) -> str:
    """The share in words; all and none are exact, because a cell of nothing stays nothing."""
    if count in (0, total):
        return "Alle" if count else "Ingen"
    tenths = round(10 * count / total)
    about = "" if total >= LEAST_COMPARED else "Omkring "
    return {0: "Næsten ingen", 10: "Næsten alle"}.get(tenths, f"{about}{tenths} ud af 10")


def change_in_words(now: Practice, before: Practice) -> list[str]:
    """What is different from the twelve months before: one sentence per direction, or one that nothing is."""
    if len(before.months) < YEAR:
        return ["Der er endnu ikke 12 tidligere måneder at sammenligne med."]
    if min(now.compared, before.compared) < LEAST_COMPARED:
        return ["Der er for få afgørelser til at sige, om praksis har ændret sig."]
    words = [_moved(now, before, Cell.ABOVE, "over"), _moved(now, before, Cell.BELOW, "under")]
    return [each for each in words if each] or ["Praksis er stort set som i de 12 måneder før."]


def _moved(now: Practice, before: Practice, cell: str, side: str) -> str:
    difference = moved(now, before, cell)
    if not difference:
        return ""
    word = "Flere" if difference > 0 else "Færre"
    share, earlier = now.share(cell) or 0.0, before.share(cell) or 0.0
    shares = f"{percent(share, 0)}, mod {percent(earlier, 0)} i de 12 måneder før"
    return f"{word} afgørelser end før ligger {side} niveauet: {shares}."


def year_on_year(months: list[PublishedMonth], cell: str, among: tuple[str, ...]) -> float:
    """As ``moved``: the newest twelve months beside the twelve before them; 0 where there are fewer."""
    now, before = Practice(months[-YEAR:]), Practice(months[-2 * YEAR : -YEAR])
    return moved(now, before, cell, among) if len(before.months) == YEAR else 0.0


def moved(now: Practice, before: Practice, cell: str, among: tuple[str, ...] = COMPARED) -> float:
    """The difference between the shares; 0 where chance or rounding can explain it, or decisions are few."""
    totals = [each.count(*among) for each in (now, before)]
    if min(totals) < LEAST_COMPARED:
        return 0.0
    difference = now.count(cell) / totals[0] - before.count(cell) / totals[1]
    return difference if abs(difference) >= max(0.02, 2 * _uncertainty(now, before, cell, among)) else 0.0


def _uncertainty(now: Practice, before: Practice, cell: str, among: tuple[str, ...]) -> float:
    """The standard error of the difference between two shares: chance, and the rounding of the cells."""
    sizes = [(each.count(*among), len(each.months)) for each in (now, before)]
    together = (now.count(cell) + before.count(cell)) / sum(total for total, _ in sizes)
    chance = sum(together * (1 - together) / total for total, _ in sizes)
    rounding = sum(CELL_VARIANCE * months / total**2 for total, months in sizes)
    return sqrt(chance + rounding)
