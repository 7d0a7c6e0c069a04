"""Anhøj's rules in words: how many months lie on the same side of the line, how often it is crossed."""

import numpy as np

from followup.drift.chart import Chart
from followup.drift.runs import Runs, anhoej, sides

LEAST_USEFUL = 10
"""Months off the line below which the rules say little."""
MOST_ON_THE_LINE = 0.25
"""Share of the months on the line above which the rules say nothing."""


def newest_runs(chart: Chart) -> Runs | None:
    """The rules on the newest phase with all its months, later ones too; None where they say nothing."""
    newest = chart.phase == chart.phase.max(initial=0)
    y, centre = chart.y[newest], chart.centre[newest]
    known = ~np.isnan(y)
    on_line = sides(y.copy(), centre, snap=True)[known] == 0
    if not known.any() or on_line.mean() > MOST_ON_THE_LINE:
        return None
    runs = anhoej(y, centre)
    return runs if runs.useful >= LEAST_USEFUL else None


def runs_words(chart: Chart) -> str:
    """What the rules say of the chart, in one or two sentences; "" where they say nothing."""
    runs = newest_runs(chart)
    if runs is None or runs.longest is None or runs.longest_max is None:
        return ""
    crossings, fewest = runs.crossings or 0, runs.crossings_min or 0
    told = []
    if runs.longest > runs.longest_max:
        told.append(
            f"{runs.longest} måneder i træk ligger på samme side af linjen;"
            f" ved tilfældige udsving er det sjældent flere end {runs.longest_max}."
        )
    if crossings < fewest:
        told.append(
            f"Linjen krydses {_times(crossings)}; ved tilfældige udsving er det sjældent færre end {fewest}."
        )
    return " ".join(told) or (
        f"Højst {runs.longest} måneder i træk ligger på samme side af linjen;"
        " det er ikke usædvanligt ved tilfældige udsving."
    )


def _times(count: int) -> str:
    return "ikke" if not count else "én gang" if count == 1 else f"{count} gange"
