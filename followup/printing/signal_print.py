"""One signal as a tagged PDF on A4: the sentence, the chart, what drives it, what was said, the figures."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from html import unescape
from pathlib import Path

from roles.printing.pdf import draw

TEMPLATE = Path(__file__).parent / "signal.typ"
DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


@dataclass(frozen=True)
class PrintedEvent:
    title: str
    lines: list[str]


@dataclass(frozen=True)
class PrintedSignal:
    """What stands in the file. chart: SVG, "" for none. cells, rows: tables of texts under their headers."""

    title: str
    subject: str
    sentence: str
    facts: list[tuple[str, str]]
    standing: list[str]
    events: list[PrintedEvent]
    source: str
    chart: str = ""
    meaning: str = ""
    cells_header: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def signal_pdf(signal: PrintedSignal, *, made_on: date) -> bytes:
    values = asdict(signal) | {
        "alt": description_of(signal.chart),
        "footer": f"{signal.title}. Hentet {made_on:%d-%m-%Y}",
    }
    return draw(TEMPLATE, values, made_on=made_on)


def description_of(svg: str) -> str:
    """What the chart tells those who cannot see it."""
    found = DESCRIPTION.search(svg)
    return unescape(found.group(1)) if found else ""
