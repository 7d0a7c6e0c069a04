"""The plan as a Word file: the grid as a table on A4 across, then the details."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from roles.models import Phase
from roles.printing import plan_words as words
from roles.printing.word_table import Cell, sayable, word_table
from roles.queries.plan_content import PlanContent

GRID_WIDTHS, DETAIL_WIDTHS = (34, 77, 77, 77), (29, 29, 78, 24, 38, 30, 37)
INK = RGBColor(0x12, 0x30, 0x4F)


def plan_docx(plan: PlanContent, *, made_on: date) -> bytes:
    file = _blank(words.title(plan), made_on)
    file.add_heading(sayable(words.title(plan)), level=1)
    for label, value in words.facts(plan):
        _fact(file, label, value)
    rows: list[list[Cell]] = [[name, *cells] for name, cells in words.grid(plan)]
    _add_table(file, [words.ROLE_HEADER, *Phase.labels], GRID_WIDTHS, rows, bold_first=True)
    if details := words.details(plan):
        file.add_heading(words.DETAILS_TITLE, level=2)
        _add_table(file, words.DETAILS, DETAIL_WIDTHS, details)
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
    _set_styles(file)
    about = file.core_properties
    about.title, about.author, about.language, about.comments = sayable(title), "Serviceniveau", "da-DK", ""
    about.created = about.modified = datetime.combine(made_on, time(), tzinfo=UTC)
    return file


def _set_styles(file: WordFile) -> None:
    for name, size in (("Normal", 9.5), ("Heading 1", 18), ("Heading 2", 12), ("Footer", 8)):
        style = file.styles[name]
        style.font.size, style.font.name = Pt(size), "Calibri"
        if name.startswith("Heading"):
            style.font.color.rgb = INK
    text = file.styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = file.styles["Normal"]
    for style, after in ((text, 0), (file.styles["List Bullet"], 2)):
        style.paragraph_format.space_after = Pt(after)
    stops = file.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(265), WD_TAB_ALIGNMENT.RIGHT)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "da-DK")


def _fact(file: WordFile, label: str, value: str) -> None:
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(f"{label}: ").bold = True
    paragraph.add_run(sayable(value))


def _add_table(
    file: WordFile,
    header: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[Cell]],
    *,
    bold_first: bool = False,
) -> None:
    """Between two paragraphs: tables that touch become one in Word."""
    before = file.add_paragraph()
    before.paragraph_format.space_after = Pt(0)
    before._p.addnext(word_table(header, widths, rows, bold_first=bold_first))
    file.add_paragraph()


def _footer(file: WordFile, text: str) -> None:
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{sayable(text)}\tSide ")
    _count(paragraph, "PAGE")
    paragraph.add_run(" af ")
    _count(paragraph, "NUMPAGES")


def _count(paragraph: Paragraph, field: str) -> None:
    """A number that Word works out itself."""
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), field)
    run = paragraph.add_run("1")
    simple.append(run._r)
    paragraph._p.append(simple)
