"""Is what is published moving, or only swinging? The signs of the politicians' overview, in the NHS sense."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

from followup.drift.making_data_count import FEWEST_POINTS, Practice, making_data_count
from followup.queries.months import WINDOW
from followup.queries.overview import COMPARED, DEADLINES, year_on_year
from followup.queries.published import Cell, PublishedMonth
from roles.templatetags.danish import percent

Shape = Literal["steady", "up", "down", "met", "missed", "varies", "unknown"]


@dataclass(frozen=True)
class Sign:
    """subject: what it is about. words: what it says, in a few words. told: the same as a sentence.

    tone: "good" and "bad" only where one direction is better; "" says nothing of that.
    """

    subject: str
    shape: Shape
    words: str
    told: str
    tone: Literal["good", "bad", ""] = ""


def board_signs(months: list[PublishedMonth], *, goal: float | None) -> list[Sign]:
    """The signs of an area: above, below, on time, and on time against the goal if there is one.

    months: oldest first, to the one that is shown; the newest 36 are looked at.
    """
    shown = months[-WINDOW:]
    above, below = (_shares(shown, cell, COMPARED) for cell in (Cell.ABOVE, Cell.BELOW))
    on_time = _shares(shown, Cell.ON_TIME, DEADLINES)
    signs = [
        _neutral("Over niveauet", above, year_on_year(shown, Cell.ABOVE, COMPARED)),
        _neutral("Under niveauet", below, year_on_year(shown, Cell.BELOW, COMPARED)),
        _directed(on_time, year_on_year(shown, Cell.ON_TIME, DEADLINES)),
    ]
    return [*signs, _against(on_time, goal)] if goal else signs


def _shares(months: list[PublishedMonth], cell: str, among: tuple[str, ...]) -> list[float]:
    totals = [(month.total((cell,)), month.total(among)) for month in months]
    return [count / total if total else nan for count, total in totals]


def _neutral(subject: str, shares: list[float], year: float) -> Sign:
    read = _read(shares, improvement="neutral")
    if isinstance(read, str):
        return Sign(subject, "unknown", "Kan ikke siges endnu", read)
    told, direction = _told(read, shares, year), _direction(read, year)
    if direction == "steady":
        return Sign(subject, "steady", "Som før", told)
    return Sign(subject, direction, "Flere end før" if direction == "up" else "Færre end før", told)


def _directed(shares: list[float], year: float) -> Sign:
    subject = "Inden fristen"
    read = _read(shares, improvement="increase")
    if isinstance(read, str):
        return Sign(subject, "unknown", "Kan ikke siges endnu", read)
    told, direction = _told(read, shares, year), _direction(read, year)
    if direction == "steady":
        return Sign(subject, "steady", "Som før", told)
    if direction == "up":
        return Sign(subject, "up", "Forbedring: flere end før", told, "good")
    return Sign(subject, "down", "Forværring: færre end før", told, "bad")


def _direction(read: Practice, year: float) -> Literal["up", "down", "steady"]:
    """Where the months say, else where the year does: a slow shift shows in no single month."""
    if read.variation == "common_cause":
        return "steady" if not year else "up" if year > 0 else "down"
    rises = ("special_cause_neutral_high", "special_cause_improvement")
    return "up" if read.variation in rises else "down"


def _against(shares: list[float], goal: float) -> Sign:
    subject = f"Målet om {percent(goal)} inden fristen"
    read = _read(shares, improvement="increase", target=goal)
    if isinstance(read, str):
        return Sign(subject, "unknown", "Kan ikke siges endnu", read)
    if read.assurance is None:
        told = "Tallene er ens måned for måned, så der er ingen udsving at holde målet op mod."
        is_met = read.chart.centre[-1] >= goal
        return Sign(subject, "met" if is_met else "missed", "Nås" if is_met else "Nås ikke", told)
    lower, upper = float(read.chart.lower[-1]), float(read.chart.upper[-1])
    usual = f"En måned ligger normalt mellem {percent(max(lower, 0))} og {percent(min(upper, 1))}."
    said: dict[str, tuple[Shape, str, str, Literal["good", "bad", ""]]] = {
        "consistent_pass": ("met", "Nås måned efter måned", "Også de svage måneder når målet.", "good"),
        "consistent_fail": (
            "missed",
            "Nås ikke, uden at noget ændres",
            "Selv de gode måneder når ikke målet.",
            "bad",
        ),
        "inconsistent": ("varies", "Nås nogle måneder, andre ikke", "Udsvingene rummer målet.", ""),
    }
    shape, words, why, tone = said[read.assurance]
    return Sign(subject, shape, words, f"{usual} {why}", tone)


def _read(
    shares: list[float],
    *,
    improvement: Literal["increase", "neutral"],
    target: float | None = None,
) -> Practice | str:
    """The chart, or why there is none."""
    known = sum(not isnan(share) for share in shares)
    if not known:
        return "Der er ingen afgørelser at regne på."
    if known < FEWEST_POINTS:
        months = "1 måned" if known == 1 else f"{known} måneder"
        return f"Der skal {FEWEST_POINTS} måneder med tal til. Der er {months}."
    if isnan(shares[-1]):
        return "Der er ingen tal for den seneste måned."
    return making_data_count(shares, improvement=improvement, target=target)


def _told(read: Practice, shares: list[float], year: float) -> str:
    newest, usual = percent(shares[-1]), percent(float(read.chart.centre[-1]))
    base = f"Seneste måned {newest}, i gennemsnit {usual} over {len(shares)} måneder."
    if year and read.variation == "common_cause":
        level = "højere" if year > 0 else "lavere"
        return f"{base} Ingen måned stikker ud, men det seneste år samlet ligger {level} end året før."
    return f"{base} {CAUSES[str(read.cause[-1])]}"


CAUSES = {
    "": "Udsvingene er ikke større, end de plejer.",
    "above": "Måneden ligger højere, end de sædvanlige udsving når.",
    "below": "Måneden ligger lavere, end de sædvanlige udsving når.",
    "rising": "Tallet er steget i syv måneder i træk.",
    "falling": "Tallet er faldet i syv måneder i træk.",
    "near_above": "To af de tre seneste måneder ligger usædvanligt højt.",
    "near_below": "To af de tre seneste måneder ligger usædvanligt lavt.",
    "run_above": "Tallet har ligget over gennemsnittet i mindst syv måneder i træk.",
    "run_below": "Tallet har ligget under gennemsnittet i mindst syv måneder i træk.",
}
"""Per test that marks the newest month."""
