"""Since when, and how much: how often do the 80 % answers hold the truth?"""

import numpy as np
from drift_rules import TRUE
from simulator import BASELINE, PRIOR, SIZES

from followup.drift.filter import filter_shares
from followup.drift.onset import find_onset


def onsets(series):
    print(
        "\n9 Of flagged series that doubled at a random month: how often do the 80 % answers hold the truth?"
    )
    print("     n  flagged  month in set  months in set  share in interval")
    for size in SIZES:
        rng = np.random.default_rng([15, size])
        start, level = rng.integers(BASELINE, 34, series), rng.beta(*PRIOR, series)
        after = 2 * level / (1 + level)
        n = rng.poisson(size, (series, 36))
        x = rng.binomial(n, np.where(np.arange(36) >= start[:, None], after[:, None], level[:, None]))
        at = filter_shares(x, n, prior=TRUE).probability[:, -1] >= 0.5
        found = find_onset(x[at], n[at], prior=TRUE)
        month = found.likely[np.arange(at.sum()), start[at]].mean()
        share = ((found.low <= after[at]) & (after[at] <= found.high)).mean()
        length = found.likely.sum(axis=1).mean()
        print(f"   {size:3}  {at.mean():7.2f} {month:13.2f} {length:14.1f} {share:18.2f}", flush=True)
