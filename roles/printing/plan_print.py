"""The plan as a tagged PDF on A4 across."""

from __future__ import annotations

from datetime import date

from roles.models import Phase
from roles.printing import plan_words as words
from roles.printing.pdf import TEMPLATES, draw
from roles.queries.plan_content import PlanContent


def plan_pdf(plan: PlanContent, *, made_on: date) -> bytes:
    values = {
        "title": words.title(plan),
        "facts": words.facts(plan),
        "phases_header": [words.ROLE_HEADER, *Phase.labels],
        "rows": [{"name": name, "cells": cells} for name, cells in words.grid(plan)],
        "details_title": words.DETAILS_TITLE,
        "details_header": words.DETAILS,
        "details": words.details(plan),
        "footer": f"{plan.subject}, {plan.unit_name}, version {plan.version}. Hentet {words.day(made_on)}",
    }
    return draw(TEMPLATES / "plan.typ", values, made_on=made_on)
