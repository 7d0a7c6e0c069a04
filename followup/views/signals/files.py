"""Signals taken out: one as a PDF for the agenda, the list as Excel."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.timezone import localdate, localtime

from followup.models import MeasureCode
from followup.printing.sheet import Cell as Value
from followup.printing.sheet import Column, Sheet, sheet_xlsx
from followup.printing.signal_print import PrintedEvent, PrintedSignal, signal_pdf
from followup.queries.driving import Cell
from followup.queries.explanations import heading
from followup.queries.ledger import Standing, drifts_visible
from followup.queries.sentences import month_name
from followup.queries.team import units_with_signals
from followup.views.signals.reading import (
    STATES,
    Chosen,
    Line,
    Listed,
    chosen_in_address,
    chosen_signal,
    ledger,
    listed_for,
    only,
    said_by,
)
from roles.models import Permission
from roles.permissions import Request, access
from roles.templatetags.danish import percent
from roles.views.files import attached

SOURCE = "Kilde: registrerede afgørelser i kommunen."
CELLS_HEADER = ["Støttebehov", "Grund", "Før", "Siden", "Forskel fra det ventede"]

COLUMNS = (
    Column("Signal", 34),
    Column("Enhed", 24),
    Column("Kvalitetsstandard", 30),
    Column("Ydelse", 30),
    Column("Nøgletal", 30),
    Column("Tilstand", 18),
    Column("Udvikling", 14),
    Column("Siden", 12),
    Column("Afgørelser", 11),
    Column("Faktisk", 11),
    Column("Forventet", 11),
    Column("Niveau, nedre", 13),
    Column("Niveau, øvre", 13),
    Column("Sandsynlighed", 13, is_share=True),
    Column("Foreløbigt", 11),
    Column("Sætning", 80),
    Column("Hvad er der gjort", 50),
)


@access(Permission.VIEW_SIGNALS)
def signal_file(request: Request, pk: int) -> HttpResponse:
    drift = get_object_or_404(drifts_visible(request.user), pk=pk)
    context = ledger(request, drift)
    signal = chosen_signal(request.GET.get("maaned", ""), context["signals"])
    if signal is None:
        raise Http404
    said = said_by(request, drift, signal)
    figure = said["figure"]
    printed = PrintedSignal(
        title=f"{heading(signal)}: {drift.unit}",
        subject=f"{drift.standard or drift.intervention}. Som det så ud efter {month_name(signal.month)}.",
        sentence=said["sentence"],
        facts=[*said["facts"], ("Sikkerhed", said["sure"])],
        standing=standing_lines(context["standing"]),
        events=[printed_event(line) for line in (*context["lines"], *context["older"])],
        source=_source(said),
        chart=str(figure.wide),
        meaning=figure.meaning,
        cells_header=CELLS_HEADER if said["cells"] else [],
        cells=[printed_cell(*each) for each in said["cells"]],
        headings=figure.headings,
        rows=figure.rows,
    )
    name = f"signal-{slugify(drift.unit.name)}-{signal.month:%Y-%m}.pdf"
    return attached(signal_pdf(printed, made_on=localdate()), name)


def standing_lines(standing: Standing) -> list[str]:
    lines = [f"{standing.words}."] if standing.words else ["Ingen har skrevet noget om signalet endnu."]
    return [*lines, standing.effect.value] if standing.effect else lines


def printed_event(line: Line) -> PrintedEvent:
    signal, note = line.event.signal, line.event.note
    if signal is not None:
        title = f"{line.months.capitalize()}: {signal.get_change_display().lower()}"
        return PrintedEvent(title, [line.sentence])
    if note is None:
        raise ValueError("a line is about a month or a note")
    owner = [f"Ansvarlig: {note.owner}. Frist: {note.due_on:%d-%m-%Y}."] if note.owner else []
    written = f"{note.writer}, {localtime(note.at):%d-%m-%Y %H:%M}"
    return PrintedEvent(note.heading, [note.text, *owner, written])


def printed_cell(cell: Cell, excess: str) -> list[str]:
    return [
        str(cell.need_level or "Ikke vurderet"),
        str(cell.reason or "Ingen grund skrevet"),
        f"{cell.before.events} af {cell.before.total} ({percent(cell.before.share)})",
        f"{cell.since.events} af {cell.since.total} ({percent(cell.since.share)})",
        excess,
    ]


def _source(said: dict[str, object]) -> str:
    updated = said["updated"]
    at = f" Sidst opdateret {localtime(updated):%d-%m-%Y %H:%M}." if updated else ""  # type: ignore[arg-type]
    return f"{SOURCE}{at} Revision {said['revision']}."


@access(Permission.VIEW_SIGNALS)
def signal_export(request: Request) -> HttpResponse:
    """The list as it is filtered in the address, and with the accepted and the closed ones."""
    chosen = chosen_in_address(request, units_with_signals(request.user))
    rows = [sheet_row(each) for each in only(listed_for(request, chosen.unit), chosen)]
    today = localdate()
    source = f"{SOURCE} Hentet {today:%d-%m-%Y}."
    sheet = Sheet(title="Signaler", facts=_asked(chosen), columns=COLUMNS, rows=rows, notes=[source])
    return attached(sheet_xlsx(sheet, made_on=today), f"signaler-{today:%Y-%m-%d}.xlsx")


def _asked(chosen: Chosen) -> list[tuple[str, str]]:
    return [
        ("Enhed", str(chosen.unit or "Alle")),
        ("Nøgletal", str(MeasureCode(chosen.measure).label) if chosen.measure else "Alle"),
        ("Tilstand", STATES.get(chosen.state, "Alle")),
    ]


def sheet_row(each: Listed) -> list[Value]:
    drift, signal = each.standing.drift, each.standing.signal
    known: list[Value] = [""] * 8
    if signal:
        known = [
            signal.since,
            signal.n,
            round(signal.observed, 2),
            round(signal.expected, 2),
            round(signal.low, 4),
            round(signal.high, 4),
            round(signal.probability, 4),
            "Ja" if signal.provisional else "Nej",
        ]
    return [
        each.heading,
        str(drift.unit),
        str(drift.standard or ""),
        str(drift.intervention),
        str(drift.get_measure_display()),
        STATES[each.state] if each.standing.is_open else str(drift.get_state_display()),
        str(signal.get_change_display()) if signal else "",
        *known,
        each.standing.sentence,
        each.standing.words,
    ]
