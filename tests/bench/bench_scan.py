"""Time the monthly scan of a whole municipality.

Run: python tests/bench/bench_scan.py
The floor is measured in the same run: the logarithms of the gamma function that one beta-binomial
probability per series and window cannot do without.
"""

import sys
import time
from pathlib import Path

import numpy as np
from scipy.special import gammaln

sys.path.insert(0, str(Path(__file__).parents[2]))

from followup.drift.scan import WINDOWS, scan

SERIES, MONTHS, GAMMAS = 5_000, 36, 9


def best_of(job, times=7):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main():
    rng = np.random.default_rng(2026)
    size = rng.choice([5, 15, 40, 150], SERIES)[:, None]
    totals = rng.poisson(size, (SERIES, MONTHS))
    events = rng.binomial(totals, rng.beta(3, 27, (SERIES, 1)))
    arguments = rng.uniform(1, 2_000, SERIES * len(WINDOWS) * GAMMAS)

    floor = best_of(lambda: gammaln(arguments))
    spent = best_of(lambda: scan(events, totals))

    print(f"scan of {SERIES} series x {MONTHS} months: {spent * 1000:.0f} ms")
    print(f"floor, {len(arguments)} log-gammas: {floor * 1000:.1f} ms; ratio {spent / floor:.1f}")


if __name__ == "__main__":
    main()
