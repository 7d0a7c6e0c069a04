"""Time the close of one month among a million registrations, step by step.

Run: python tests/bench/bench_close_month.py [YYYY-MM]     (environment: see measuring.py)
The floor is measured in the same run: the bare GROUP BY over the same month's registrations.
"""

import sys
from datetime import date

from measuring import (
    Line,
    median_of,
    milliseconds,
    print_table,
    refuse_small_database,
    server_milliseconds,
    taken_back,
)

from followup.actions.facts import rebuild_facts, rebuild_stock, sources_now
from followup.actions.months import close_month
from followup.actions.publication import publish
from followup.actions.reports import freeze_report
from followup.actions.signals import rebuild_signals
from followup.queries.counting import FACTS, counting_values
from followup.queries.fingerprints import content_fingerprint
from followup.queries.months import closed_revisions, month_end, month_plus
from roles.models import Unit
from serviceniveau.models import Registration

BARE = """
    SELECT unit_id, legal_basis_id, intervention_id, target_group_id, need_level_id, age_band, kind,
        deviation_reason_id, supplier, count(*), sum(amount)
    FROM serviceniveau_registration
    WHERE month = %s AND status = 'afgjort'
    GROUP BY unit_id, legal_basis_id, intervention_id, target_group_id, need_level_id, age_band, kind,
        deviation_reason_id, supplier
"""
TIMES = 5


def steps(month: date, floor: float) -> list[Line]:
    """Each step once, in order, as a new revision that is taken back."""
    revision = closed_revisions()[month] + 1
    at, units = {"month": month, "revision": revision}, list(Unit.objects.open(on=month_end(month)))
    with taken_back():
        return [
            Line("late decisions looked for", milliseconds(lambda: sources_now(month)), "ms", floor),
            Line("facts", milliseconds(lambda: rebuild_facts(**at)), "ms", floor),
            Line("stock, all grants so far", milliseconds(lambda: rebuild_stock(**at)), "ms", floor),
            Line("seal of the counts", milliseconds(lambda: content_fingerprint(**at)), "ms", floor),
            Line("scan of all closed months", milliseconds(lambda: rebuild_signals(**at)), "ms", floor),
            Line("publication", milliseconds(lambda: publish(**at)), "ms", floor),
            Line(
                f"reports of {len(units)} units",
                milliseconds(lambda: [freeze_report(unit=unit, **at) for unit in units]),
                "ms",
                floor,
            ),
        ]


def whole(month: date) -> float:
    """The command itself after a late change, so that it makes a new revision; taken back."""
    changed = Registration.objects.decided().filter(month=month).order_by("pk").first()
    with taken_back():
        Registration.objects.filter(pk=changed.pk).update(supplier="Late change", edition=changed.edition + 1)
        return milliseconds(lambda: close_month(month=month))


def chosen_month() -> date:
    if len(sys.argv) > 1:
        return date.fromisoformat(f"{sys.argv[1]}-01")
    return month_plus(max(closed_revisions()), -1)


def main() -> None:
    refuse_small_database()
    month = chosen_month()
    server_milliseconds(BARE, [month])
    floor = median_of(lambda: server_milliseconds(BARE, [month]), TIMES)
    lines = [
        Line("the SELECT behind the facts", server_milliseconds(FACTS, counting_values(month)), "ms", floor),
        *steps(month, floor),
        Line("close_month, with a late change", whole(month), "ms", floor, "≤ 10 s"),
        Line("close_month, unchanged", milliseconds(lambda: close_month(month=month)), "ms", floor, "≤ 5 s"),
    ]
    rows = Registration.objects.decided().filter(month=month).count()
    print_table(f"{month:%Y-%m}: {rows} decisions; floor: GROUP BY over them", lines)


if __name__ == "__main__":
    main()
