"""How good is the drift engine: ours / goal / limit, every row with fixed seeds.

Run: python tests/bench/bench_drift.py [--quick] [--only 1 4 ...]
About 5 minutes of processor time, --quick 75 seconds; the times printed are processor time.

FA is first false flags per 100 series-years of watching (120 months after a 12-month baseline), "new
flags" in row 7. Levels are Beta(3, 27), decisions a month Poisson with means 5, 15, 40 and 150.
Row 8 judges the ideas tried against levels that wander; alone: drift_calibration.py.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

import drift_calibration
from drift_delays import against_exact_cusum, against_known_prior, check_chain
from drift_discoveries import realised
from drift_field import compared
from drift_onsets import onsets
from drift_speed import measured as speed
from drift_unmodelled import over_dispersed, wandering_mix


def rows(is_quick):
    """The rows of the table of goals, each a job."""
    series = 3000 if is_quick else 8000
    return {
        1: lambda: against_known_prior(series),
        2: lambda: (against_exact_cusum(series), check_chain()),
        3: lambda: realised(4000, 2 if is_quick else 10),
        4: lambda: wandering_mix(1000 if is_quick else 4000),
        5: lambda: over_dispersed(series),
        6: lambda: speed(20_000 if is_quick else 100_000),
        7: lambda: compared(series, 1 if is_quick else 4),
        8: lambda: drift_calibration.run(is_quick),
        9: lambda: onsets(series),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer series; in 75 seconds")
    parser.add_argument("--only", type=int, nargs="+", help="numbers of rows")
    asked = parser.parse_args()
    for number, job in rows(asked.quick).items():
        if asked.only is None or number in asked.only:
            before = time.process_time()
            job()
            print(f"  ({time.process_time() - before:.0f} s)", flush=True)
    print(f"\n{time.process_time():.0f} s of processor time in all")


if __name__ == "__main__":
    main()
