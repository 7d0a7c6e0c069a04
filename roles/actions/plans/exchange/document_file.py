"""A plan from a Word file: the table with the phases across, one responsibility per paragraph of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from roles.actions.files.outcome import FileRefused
from roles.actions.plans.exchange.lines import KnownRoles, PlanFile, Typed, read_head, take_lines
from roles.actions.plans.exchange.office import DOCUMENT, Package, parse_xml
from roles.models import Phase

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = re.compile(r"^[ \t]*[•◦▪·*–-][ \t]+")
NO_TABLE = (
    "Filen har ingen tabel med de tre faser. Overskriften skal være: Rolle, "
    + ", ".join(str(phase.label) for phase in Phase)
    + "."
)
NO_ROLE = "Rækken mangler en rolle i første kolonne."


@dataclass(frozen=True)
class GridRow:
    line: int
    role: str
    cells: dict[Phase, list[str]]


def read_document(package: Package, roles: KnownRoles) -> PlanFile:
    """Raises FileRefused when no table has the phases."""
    body = parse_xml(package.parts[DOCUMENT])
    rows = _grid(body)
    typed = [
        Typed(
            row.line, row.role, str(phase.label), phase, {"text": text}, problem="" if row.role else NO_ROLE
        )
        for row in rows
        for phase, texts in row.cells.items()
        for text in texts
    ]
    head = read_head(_text(paragraph) for paragraph in body.iter(f"{WORD}p"))
    return take_lines(head, [row.role for row in rows if row.role], typed, roles, has_details=False)


def _grid(body: Element) -> list[GridRow]:
    for table in body.iter(f"{WORD}tbl"):
        rows = [dict(_cells(row)) for row in table.iter(f"{WORD}tr")]
        for place, cells in enumerate(rows):
            phases = _phases(cells)
            if len(phases) == len(Phase):
                return _below(rows[place + 1 :], phases, first=place + 2)
    raise FileRefused(NO_TABLE)


def _phases(cells: dict[int, Element]) -> dict[int, Phase]:
    """Which column is which phase, by how its heading begins."""
    found = {column: _text(cell).strip().casefold() for column, cell in cells.items()}
    return {
        column: phase
        for phase in Phase
        for column, text in found.items()
        if text.startswith(phase.label.split()[0].casefold())
    }


def _below(rows: list[dict[int, Element]], phases: dict[int, Phase], *, first: int) -> list[GridRow]:
    """A row whose first cell is merged with the one above goes on with its role."""
    found: list[GridRow] = []
    for line, cells in enumerate(rows, start=first):
        name = " ".join(_text(cells[0]).split()) if 0 in cells else ""
        if not name and found and 0 in cells and cells[0].find(f".//{WORD}vMerge") is not None:
            name = found[-1].role
        texts = {phase: _paragraphs(cells[column]) for column, phase in phases.items() if column in cells}
        if any(texts.values()) or re.search(r"[^\W\d_]", name):
            found.append(GridRow(line, name, texts))
    return found


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    column = 0
    for cell in row.iter(f"{WORD}tc"):
        yield column, cell
        span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
        width = span.get(f"{WORD}val", "1") if span is not None else "1"
        column += int(width) if width.isascii() and width.isdigit() and len(width) < 4 else 1


def _paragraphs(cell: Element) -> list[str]:
    """What is typed with a bullet sign on a line of its own counts as a paragraph too."""
    texts: list[str] = []
    for paragraph in cell.iter(f"{WORD}p"):
        for place, part in enumerate(_text(paragraph).split("\n")):
            if place and texts and not BULLET.match(part):
                texts[-1] += f"\n{part}"
            else:
                texts.append(part)
    return [text for text in (BULLET.sub("", each).strip() for each in texts) if text]


def _text(element: Element) -> str:
    """What a reader sees; text that is marked as deleted stands under another name."""
    signs = {f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}tab": "\t", f"{WORD}noBreakHyphen": "-"}
    return "".join(
        each.text or "" if each.tag == f"{WORD}t" else signs.get(each.tag, "") for each in element.iter()
    )
