"""The plan as a Word file: the grid as a table on A4 across, then the details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from roles.models import Phase
from roles.printing import plan_words as words
from roles.queries.plan_content import PlanContent

GRID_WIDTHS, DETAIL_WIDTHS = (34, 77, 77, 77), (30, 30, 83, 26, 38, 20, 38)
INK, SHADE = RGBColor(0x12, 0x30, 0x4F), "EAF0F6"
# What XML has no way to say.
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plan_docx(plan: PlanContent, *, made_on: date) -> bytes:
    file = _blank(words.title(plan), made_on)
    file.add_heading(_clean(words.title(plan)), level=1)
    for label, value in words.facts(plan):
        _fact(file, label, value)
    grid = _table(file, [words.ROLE_HEADER, *Phase.labels], GRID_WIDTHS)
    for name, cells in words.grid(plan):
        row = _row(grid, GRID_WIDTHS)
        _write(row.cells[0], name, is_bold=True)
        for cell, texts in zip(row.cells[1:], cells, strict=True):
            _bullets(cell, texts)
    if details := words.details(plan):
        file.add_heading(words.DETAILS_TITLE, level=2)
        _fill(_table(file, words.DETAILS, DETAIL_WIDTHS), details)
    _footer(file, f"{plan.subject}, {plan.unit_name}, version {plan.version}. Hentet {words.day(made_on)}")
    kept = BytesIO()
    file.save(kept)
    return kept.getvalue()


def _blank(title: str, made_on: date) -> WordFile:
    file = Document()
    section = file.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin = section.bottom_margin = Mm(15)
    for name, size in (("Normal", 9.5), ("Heading 1", 18), ("Heading 2", 12)):
        style = file.styles[name]
        style.font.size, style.font.name = Pt(size), "Calibri"
        if name != "Normal":
            style.font.color.rgb = INK
    _speak_danish(file)
    made = datetime.combine(made_on, time(), tzinfo=UTC)
    about = file.core_properties
    about.title, about.author, about.language, about.comments = _clean(title), "Serviceniveau", "da-DK", ""
    about.created = about.modified = made
    return file


def _speak_danish(file: WordFile) -> None:
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "da-DK")


def _fact(file: WordFile, label: str, value: str) -> None:
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(f"{label}: ").bold = True
    paragraph.add_run(_clean(value))


def _table(file: WordFile, header: Sequence[str], widths: Sequence[int]) -> Table:
    file.add_paragraph().paragraph_format.space_after = Pt(0)
    table: Table = file.add_table(rows=0, cols=len(header), style="Table Grid")
    table.autofit = False
    row = _row(table, widths)
    _mark(row, "w:tblHeader")
    for cell, text in zip(row.cells, header, strict=True):
        _write(cell, text, is_bold=True)
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    return table


def _row(table: Table, widths: Iterable[int]) -> _Row:
    row: _Row = table.add_row()
    _mark(row, "w:cantSplit")
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
    return row


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _fill(table: Table, rows: list[list[str]]) -> None:
    for texts in rows:
        for cell, text in zip(_row(table, DETAIL_WIDTHS).cells, texts, strict=True):
            _write(cell, text)


def _write(cell: _Cell, text: str, *, is_bold: bool = False) -> None:
    run = cell.paragraphs[0].add_run(_clean(text))
    run.bold = is_bold
    cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _bullets(cell: _Cell, texts: list[str]) -> None:
    for place, text in enumerate(texts):
        paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
        paragraph.style = "List Bullet"
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(_clean(text))


def _footer(file: WordFile, text: str) -> None:
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.add_run(_clean(text) + "\tSide ")
    _count(paragraph, "PAGE")
    paragraph.add_run(" af ")
    _count(paragraph, "NUMPAGES")
    for run in paragraph.runs:
        run.font.size = Pt(8)
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(240))


def _count(paragraph: Paragraph, field: str) -> None:
    """A number that Word works out itself."""
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), field)
    run = paragraph.add_run("1")
    simple.append(run._r)
    paragraph._p.append(simple)


def _clean(text: str) -> str:
    return UNSAYABLE.sub("", text)
