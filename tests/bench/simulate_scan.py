"""How often is the scan wrong, and how soon does it see a doubling of the odds?

Run: python tests/bench/simulate_scan.py
Series have levels Beta(3, 27), a baseline of 12 months, and 5, 15, 40 or 150 decisions a month in
equal parts. rho is the correlation of decisions within a month. Seeds are fixed.
"""

import sys
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from simulator import BASELINE, SIZES, draw

from followup.drift.scan import scan

Q = 0.10
DELAYS = (1, 2, 3, 6, 9, 12, 18, 24)


def stable_portfolios(rho, runs=200, series=400):
    """Share of scans of wholly stable portfolios with any flag: with no drift this is the FDR."""
    rng = np.random.default_rng(1)
    any_flag = [scan(*draw(rng, series, 36, rho=rho)[:2], q=Q).flagged.any() for _ in range(runs)]
    return np.mean(any_flag)


def flags_per_100_series_years(rho, series=4000, months=36):
    """Scan every month; count stable series flagged in a month when they were not the month before."""
    rng = np.random.default_rng(2)
    events, totals, _, _ = draw(rng, series, months, rho=rho)
    seen = [scan(events[:, :m], totals[:, :m], q=Q).flagged for m in range(BASELINE + 1, months + 1)]
    fresh = sum((now & ~before).sum() for before, now in zip([seen[0] & False, *seen], seen, strict=False))
    return 100 * fresh / (series * (months - BASELINE) / 12)


def mixed_portfolios(rho, runs=30, series=2000):
    """Realised false share among flags when 5 % of series have doubled or halved at a random month."""
    rng = np.random.default_rng(3)
    false_share = []
    for _ in range(runs):
        start = int(rng.integers(BASELINE, 33))
        events, totals, _, turn = draw(rng, series, 36, rho=rho, drifted=0.05, start=start)
        flagged = scan(events, totals, q=Q).flagged
        false_share.append((flagged & (turn == 0)).sum() / max(flagged.sum(), 1))
    return np.mean(false_share)


def detection(rho, series=24_000):
    """Share of doublings flagged at each delay, by size, where 5 % of series double or halve."""
    rng = np.random.default_rng(4)
    events, totals, size, turn = draw(rng, series, BASELINE + max(DELAYS), rho=rho, drifted=0.05)
    table = []
    for delay in DELAYS:
        months = BASELINE + delay
        found = scan(events[:, :months], totals[:, :months], q=Q)
        table.append([found.flagged[(turn == 1) & (size == n)].mean() for n in SIZES])
    return table


def main():
    for rho in (0.0, 0.02):
        print(f"\nrho = {rho}, q = {Q}")
        print(f"  stable portfolios of 400, scans with any flag: {stable_portfolios(rho):.3f}")
        print(f"  stable, scanned monthly, flags per 100 series-years: {flags_per_100_series_years(rho):.3f}")
        print(f"  5 % drifting, false share of flags: {mixed_portfolios(rho):.3f}")
        print("  doubled odds found   " + "".join(f"n = {n:<6}" for n in SIZES))
        for delay, row in zip(DELAYS, detection(rho), strict=True):
            print(f"  after {delay:2} months      " + "".join(f"{share:<10.2f}" for share in row))


if __name__ == "__main__":
    main()
