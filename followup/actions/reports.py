"""A month's report for one unit: figures, signals and sentences, frozen with their seal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from followup.models import MonthlyFact, MonthlyReport
from followup.queries.figures import facts_beneath, shares, stock_of
from followup.queries.fingerprints import fingerprint
from followup.queries.measures import MEASURES
from followup.queries.sentences import month_name
from followup.queries.signals import coded, signals_beneath
from roles.models import Unit
from serviceniveau.models import DecisionKind


def freeze_report(*, unit: Unit, month: date, revision: int) -> MonthlyReport:
    """The revision's report for the unit: made once, and the same one ever after."""
    frozen = MonthlyReport.objects.filter(month=month, revision=revision, unit=unit).first()
    if frozen:
        return frozen
    content = report_content(unit=unit, month=month, revision=revision)
    return MonthlyReport.objects.create(
        month=month, revision=revision, unit=unit, content=content, sha256=fingerprint(content)
    )


def report_content(*, unit: Unit, month: date, revision: int) -> dict[str, Any]:
    facts = facts_beneath(unit, {month: revision})
    signals = [coded(signal) for signal in signals_beneath(unit, month=month, revision=revision)]
    figures = _figures(facts)
    return {
        "month": f"{month:%Y-%m}",
        "revision": revision,
        "unit": unit.code,
        "unit_name": unit.name,
        "figures": figures,
        "stock": _stock(unit, month, revision),
        "signals": signals,
        "sentences": [_opening(unit, month, figures), *(signal["sentence"] for signal in signals)],
    }


def _figures(facts: QuerySet[MonthlyFact]) -> dict[str, Any]:
    kinds = facts.order_by("kind").values_list("kind").annotate(Sum("n"))
    decided = facts.exclude(kind=DecisionKind.LAW_MIGRATION)
    sums = decided.aggregate(decisions=Sum("n"), with_deadline=Sum("deadline_n"), on_time=Sum("on_time_n"))
    return {
        "kinds": dict(kinds),
        **{name: value or 0 for name, value in sums.items()},
        "measures": {
            code.value: {
                "name": MEASURES[code].name,
                "events": share.events,
                "total": share.total,
                "share": None if share.share is None else round(share.share, 4),
            }
            for code, share in shares(facts).items()
        },
    }


def _stock(unit: Unit, month: date, revision: int) -> dict[str, int]:
    stock = stock_of(unit, month=month, revision=revision)
    names = ("running_grants", "persons", "undecided_applications")
    return {name: getattr(stock, name, 0) for name in names}


def _opening(unit: Unit, month: date, figures: dict[str, Any]) -> str:
    if not figures["decisions"]:
        return f"{unit.name} traf ingen afgørelser i {month_name(month)}."
    noun = "afgørelse" if figures["decisions"] == 1 else "afgørelser"
    text = f"{unit.name} traf {figures['decisions']} {noun} i {month_name(month)}."
    if figures["with_deadline"]:
        text += f" {figures['on_time']} af {figures['with_deadline']} med frist blev afgjort inden fristen."
    return text
