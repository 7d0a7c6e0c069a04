"""The page of uniformity as a tagged PDF and as an Excel file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from followup.printing.pictures import picture
from followup.printing.sheet import Column, Sheet, sheet_xlsx
from followup.queries import uniformity_words as words
from followup.queries.uniformity import Question, Side, Uniformity
from roles.printing.pdf import draw

TEMPLATE = Path(__file__).parent / "uniformity.typ"
SOURCE = "Kilde: registrerede afgørelser i kommunen. Aldrig opgjort for den enkelte sagsbehandler."


def uniformity_pdf(question: Question, found: Uniformity, chart: str, *, made_on: date) -> bytes:
    values = {
        "title": words.title(question),
        "facts": _facts(question),
        "headline": words.headline(question, found),
        "differing": [{"name": row.name, "text": words.difference(question, row)} for row in found.differing],
        "next": [words.REASONS[question.side], words.NEXT] if words.asks_for_a_look(found) else [],
        "chart": picture(chart),
        "meaning": words.meaning(question),
        "headings": words.table_headings(question),
        "rows": [words.table_row(question, row) for row in found.rows],
        "notes": [*words.notes(question, found), SOURCE],
        "footer": f"Ensartethed, {words.period(question)}. Hentet {made_on:%d-%m-%Y}",
    }
    return draw(TEMPLATE, values, made_on=made_on)


def uniformity_xlsx(question: Question, found: Uniformity, *, made_on: date) -> bytes:
    """The rows that the chart is drawn from, without the chart."""
    is_unit = question.side is Side.UNIT
    columns = [
        Column(words.ONE[question.side].capitalize(), 34),
        *([Column("Hører under", 30)] if is_unit else []),
        Column("Afgørelser", 12),
        Column("Antal", 10),
        Column("Andel", 10, is_share=True),
        Column("Forventet med de sager", 14, is_share=True),
        Column("Andel efter sagernes sammensætning", 18, is_share=True),
        Column("Nedre grænse", 10, is_share=True),
        Column("Øvre grænse", 10, is_share=True),
        Column("Vurdering", 38),
    ]
    rows = [
        [
            row.name,
            *([row.above] if is_unit else []),
            row.n,
            row.events,
            row.observed,
            row.expected,
            row.share,
            row.low,
            row.high,
            row.verdict.value,
        ]
        for row in found.rows
    ]
    notes = [words.headline(question, found), *words.notes(question, found), SOURCE]
    return sheet_xlsx(Sheet(words.title(question), _facts(question), columns, rows, notes), made_on=made_on)


def _facts(question: Question) -> list[tuple[str, str]]:
    return [
        ("Nøgletal", question.measure.meaning),
        ("Standard", words.subject(question)),
        ("Periode", words.period(question)),
    ]
