"""Are alike cases decided alike? The units, districts or suppliers side by side: page, Excel and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from followup.charts.funnel import Dot, funnel_chart
from followup.printing.uniformity_print import uniformity_pdf, uniformity_xlsx
from followup.queries import uniformity_words as words
from followup.queries.months import closed_revisions, month_plus
from followup.queries.overview import edition_of
from followup.queries.uniformity import (
    Compared,
    Pairing,
    Question,
    Side,
    Uniformity,
    Verdict,
    comparable_measures,
    pairings,
    uniformity,
)
from roles.models import Permission
from roles.permissions import Request, access
from roles.templatetags.danish import percent
from roles.views.files import attached
from roles.views.page import render_page

PERIODS = {"6": "De seneste 6 måneder", "12": "De seneste 12 måneder", "24": "De seneste 24 måneder"}
Choice = TypeVar("Choice")
MARKS = {Verdict.DIFFERS: "differs", Verdict.FEW: "few"}


@dataclass(frozen=True)
class Asked:
    """What the address asks, among what can be asked."""

    question: Question
    pairings: list[Pairing]
    months: list[date]
    month: date
    period: str


@access(Permission.VIEW_SIGNALS)
def uniformity_page(request: Request) -> HttpResponse:
    asked = _asked(request)
    if asked is None:
        return render_page(request, "followup/uniformity.html", {})
    question, found = asked.question, uniformity(request.user, asked.question)
    context = _choices(request, asked) | {
        "words": words.headline(question, found),
        "subject": words.subject(question),
        "period_words": words.period(question),
        "differing": [(row.name, words.difference(question, row)) for row in found.differing],
        "asks": words.asks_for_a_look(found),
        "reasons": words.REASONS[question.side],
        "next": words.NEXT,
        "caption": words.title(question),
        "chart": _both_widths(question, found),
        "meaning": words.meaning(question),
        "measure_meaning": question.measure.meaning,
        "headings": words.table_headings(question),
        "words_at": [2] if question.side is Side.UNIT else [],
        "rows": [(row, words.table_row(question, row)) for row in found.rows],
        "notes": words.notes(question, found),
    }
    return render_page(request, "followup/uniformity.html", context)


@access(Permission.VIEW_SIGNALS)
def uniformity_file(request: Request, layout: str) -> HttpResponse:
    """The same question as an Excel file or a PDF."""
    asked = _asked(request)
    if asked is None:
        return redirect("uniformity")  # which tells that nothing is closed yet
    question, found, today = asked.question, uniformity(request.user, asked.question), localdate()
    if layout == "pdf":
        content = uniformity_pdf(question, found, _chart(question, found, compact=False), made_on=today)
    else:
        content = uniformity_xlsx(question, found, made_on=today)
    return attached(content, f"Ensartethed {max(question.revisions):%Y-%m}.{layout}")


def _asked(request: Request) -> Asked | None:
    """What the address asks, else the usual; None while no month is closed."""
    closed = closed_revisions()
    if not closed:
        return None
    months = {f"{month:%Y-%m}": month for month in reversed(closed)}
    month = _chosen(request, "maaned", months)
    period = _chosen(request, "periode", {"12": "12"} | {each: each for each in PERIODS})
    first = month_plus(month, 1 - int(period))
    revisions = {each: closed[each] for each in closed if first <= each <= month}
    choices = pairings(revisions)
    question = Question(
        side=_chosen(request, "sammenlign", {each.value: each for each in Side}),
        measure=_chosen(
            request, "noegletal", {each.code.value: each for each in comparable_measures(request.user)}
        ),
        revisions=revisions,
        pairing=_chosen(request, "standard", {"": None} | {each.key: each for each in choices}),
    )
    return Asked(question, choices, list(months.values()), month, period)


def _chosen(request: Request, name: str, choices: dict[str, Choice]) -> Choice:
    """The one that the address names, or the first."""
    text = request.GET.get(name, "")
    if text and text not in choices:
        raise Http404
    return choices[text] if text else next(iter(choices.values()))


def _choices(request: Request, asked: Asked) -> dict[str, Any]:
    edition = edition_of(asked.month)
    return {
        "question": asked.question,
        "sides": Side,
        "measures": comparable_measures(request.user),
        "pairings": asked.pairings,
        "months": asked.months,
        "month": asked.month,
        "periods": PERIODS.items(),
        "period": asked.period,
        "asked": request.GET.urlencode(),
        "revision": edition.revision,
        "updated": edition.updated,
    }


def _both_widths(question: Question, found: Uniformity) -> SafeString:
    wide, narrow = (_chart(question, found, compact=compact) for compact in (False, True))
    return format_html('<div class="chart-pair">{}{}</div>', wide, narrow)


def _chart(question: Question, found: Uniformity, *, compact: bool) -> SafeString:
    return funnel_chart(
        found.found,
        [_dot(row) for row in found.rows if row.share is not None],
        title=f"{words.title(question)}, {words.subject(question)}",
        ident=f"ensartethed-{'smal' if compact else 'bred'}",
        compact=compact,
    )


def _dot(row: Compared) -> Dot:
    share = row.share or 0.0
    told = (
        f"{row.name}: {percent(share)} efter sagernes sammensætning, {row.n} afgørelser, {row.verdict.value}"
    )
    return Dot(row.name, row.size, share, MARKS.get(row.verdict, "within"), told)
