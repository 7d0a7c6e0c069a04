"""One signal as a tagged PDF on A4: the sentence, the chart, what drives it, what was said, the figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from followup.printing.pictures import picture
from roles.printing.pdf import draw

TEMPLATE = Path(__file__).parent / "signal.typ"


@dataclass(frozen=True)
class PrintedEvent:
    title: str
    lines: list[str]


@dataclass(frozen=True)
class PrintedSignal:
    """What stands in the file. chart: SVG. cells, rows: tables of texts under their headers."""

    title: str
    subject: str
    sentence: str
    facts: list[tuple[str, str]]
    standing: list[str]
    events: list[PrintedEvent]
    source: str
    chart: str
    meaning: str
    headings: list[str]
    rows: list[list[str]]
    cells_header: list[str]
    cells: list[list[str]]


def signal_pdf(signal: PrintedSignal, *, made_on: date) -> bytes:
    values = asdict(signal) | {
        "chart": picture(signal.chart),
        "footer": f"{signal.title}. Hentet {made_on:%d-%m-%Y}",
    }
    return draw(TEMPLATE, values, made_on=made_on)
