"""The politicians' overview as a tagged PDF for the agenda: the sentences and pictures of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import localtime

from followup.printing.pictures import picture
from followup.queries.board_signs import Sign
from followup.queries.overview import AreaView, MonthRow
from followup.queries.published import ROUNDING_ERROR
from roles.printing.pdf import draw
from roles.templatetags.danish import amount, month, percent, period

OVERVIEW, AREA = (Path(__file__).parent / name for name in ("overview.typ", "overview_area.typ"))
LEAD = (
    "Hvad er vedtaget, og hvad bliver gjort? Niveauet er vejledende. En afgørelse uden for niveauet er"
    " lovlig, når borgerens situation kræver det."
)
HEADINGS = (
    "Måned",
    "Inden for",
    "Over",
    "Under",
    "Mangler oplysninger",
    "Inden fristen",
    "Over, 12 måneder",
    "Under, 12 måneder",
)


@dataclass(frozen=True)
class Card:
    """An area with its pictures."""

    view: AreaView
    bar: str
    signs: list[tuple[Sign, Any]]


@dataclass(frozen=True)
class Printed:
    """What the file is of."""

    month: date
    length: int
    revision: int | None
    updated: datetime | None
    made_on: date


def overview_pdf(cards: list[Card], of: Printed) -> bytes:
    values = _frame("Overblik", of) | {"lead": LEAD, "cards": [_card(card) for card in cards]}
    return draw(OVERVIEW, values, made_on=of.made_on)


def area_pdf(card: Card, chart: str | None, rows: list[MonthRow], of: Printed) -> bytes:
    """rows: the months to list, oldest first."""
    area = card.view.area
    values = _frame(f"Overblik, {area.label}", of) | {
        "card": _card(card),
        "chart": picture(chart) if chart else None,
        "headings": HEADINGS,
        "rows": [_row(row) for row in reversed(rows)],
        "versions": [
            {
                "title": version.standard.title,
                "facts": (
                    f"{version.standard.legal_basis}. Gælder {period(version.valid)}. Vedtaget af"
                    f" {version.adoption.body} {version.adoption.adopted_on:%d-%m-%Y}."
                ),
                "effect": version.adoption.expected_effect,
            }
            for version in card.view.versions
        ],
    }
    return draw(AREA, values, made_on=of.made_on)


def _frame(title: str, of: Printed) -> dict[str, Any]:
    span = (
        f"Tallene gælder {month(of.month)}."
        if of.length == 1
        else f"Tallene gælder de {of.length} måneder til og med {month(of.month)}."
    )
    edition = f" Revision {of.revision}." if of.revision else ""
    updated = f" Sidst opdateret {localtime(of.updated):%d-%m-%Y %H:%M}." if of.updated else ""
    return {
        "title": f"{title}, {month(of.month)}",
        "span": span,
        "source": (
            "Tallene er afrundet, så små tal ikke kan genkendes. Hver celle kan afvige med op til"
            f" {ROUNDING_ERROR}. Kilde: registrerede afgørelser i kommunen.{updated}{edition}"
        ),
        "footer": f"{title}, {month(of.month)}. Hentet {of.made_on:%d-%m-%Y}",
    }


def _card(card: Card) -> dict[str, Any]:
    view, now = card.view, card.view.now
    numbers = [
        ("Inden for niveauet", now.inside),
        ("Over niveauet", now.above),
        ("Under niveauet", now.below),
        ("Mangler oplysninger", now.incomplete),
    ]
    return {
        "name": str(view.area.label),
        "adopted": adopted_words(view),
        "practice": view.practice_words,
        "bar": picture(card.bar) if now.compared else None,
        "numbers": [[label, amount(count)] for label, count in numbers] if now.compared else [],
        "change": view.change_words,
        "deadlines": view.deadline_words,
        "signs": [
            {"icon": picture(icon), "subject": sign.subject, "words": sign.words, "told": sign.told}
            for sign, icon in card.signs
        ],
    }


def adopted_words(view: AreaView) -> str:
    if not view.versions:
        return "Ingen standard er i kraft på området."
    count, newest = len(view.versions), view.newest
    many = "1 standard" if count == 1 else f"{count} standarder"
    by = f"{newest.adoption.body}, {newest.adoption.adopted_on:%d-%m-%Y}"
    return f"{many} i kraft. Senest vedtaget: {newest.standard.title} ({by})."


def _row(row: MonthRow) -> list[str]:
    alone = row.alone
    in_time = f"{amount(alone.on_time)} af {amount(alone.with_deadline)}" if alone.with_deadline else "–"
    counts = (alone.inside, alone.above, alone.below, alone.incomplete)
    shares = (row.above, row.below)
    return [month(row.month.month), *map(amount, counts), in_time, *map(percent, shares)]
