"""The rules the field uses, on many series at once; the baseline is the first twelve months.

Each returns (series, months watched), True where it flags. Their charts for people are in
followup/drift; these are the same rules month after month as one would have seen them.
"""

import numpy as np
from drift_cusum import threshold_of
from scipy.stats import binom
from simulator import BASELINE

SCREEN, TO_SIGMA = 3.267, 1.128
MOST_MONTHS = 200


def traffic_light(x, n, within=0.10):
    """The last three months together lie more than a tenth from the baseline."""
    share = _rolling(x, 3) / np.maximum(_rolling(n, 3), 1)
    usual = _usual(x, n)
    return _watched((np.abs(share - usual) > within * usual) & (n > 0))


def p_three_sigma(x, n):
    return _watched(np.abs(_z(x, n)) > 3)


def p_prime_and_anhoej(x, n):
    z = _z(x, n)
    sigma = np.maximum(_range_sigma(z[:, :BASELINE]), 1)
    return _watched((np.abs(z) > 3 * sigma) | _anhoej(np.sign(z)))


def nhs(x, n):
    """XmR on the shares, limits from the baseline, with the four tests of Making Data Count."""
    y = np.where(n > 0, x / np.maximum(n, 1), np.nan)
    mean = np.nanmean(y[:, :BASELINE], axis=1, keepdims=True)
    y = np.where(np.isnan(y), mean, y)
    sigma = _range_sigma((y - mean)[:, :BASELINE])
    away = np.divide(y - mean, sigma, out=np.zeros(y.shape), where=sigma > 0)
    side, step = np.sign(y - mean), np.sign(np.diff(y, axis=1, prepend=mean))
    found = np.abs(away) > 3
    for sign in (1, -1):
        found |= _rolling(side == sign, 7) == 7
        found |= _rolling(step == sign, 6) == 6
        near = (sign * away > 2) & (sign * away <= 3)
        found |= near & (_rolling(near, 3) >= 2) & (_rolling(side == sign, 3) == 3)
    return _watched(found)


def plug_in_cusum(x, n, odds=2.0):
    """CUSUMs up and down from the baseline's share as if it were the level, FA 1 if it were."""
    size, level = np.median(n), np.clip(_usual(x, n)[:, 0], 0.5 / np.maximum(n[:, :12].sum(axis=1), 1), 0.9)
    limit = threshold_of(float(size), 0.1, odds, wanted=0.5)
    up, down = cusum(x, n, level, odds), cusum(x, n, level, 1 / odds)
    return _watched(np.maximum(up, down) > limit)


CHARTS = {
    "traffic light, 10 %": traffic_light,
    "p, 3 sigma": p_three_sigma,
    "p' and Anhoej": p_prime_and_anhoej,
    "NHS XmR": nhs,
    "plug-in CUSUM": plug_in_cusum,
}


def cusum(x, n, level, odds):
    """(series, months): the CUSUM for a change by these odds from these levels."""
    after = level * odds / (1 - level + level * odds)
    gain = x * np.log(after / level)[:, None] + (n - x) * np.log((1 - after) / (1 - level))[:, None]
    total, found = np.zeros(len(x)), np.empty(x.shape)
    for month in range(x.shape[1]):
        total = np.maximum(0, total + gain[:, month])
        found[:, month] = total
    return found


def _watched(flags):
    return flags[:, BASELINE:]


def _usual(x, n):
    return (x[:, :BASELINE].sum(axis=1) / np.maximum(n[:, :BASELINE].sum(axis=1), 1))[:, None]


def _z(x, n):
    """Distance from the baseline's share in standard errors."""
    usual = _usual(x, n)
    error = np.sqrt(np.maximum(usual * (1 - usual), 1e-12) / np.maximum(n, 1))
    return np.where(n > 0, x / np.maximum(n, 1) - usual, 0) / error


def _rolling(values, months):
    through = np.cumsum(values, axis=1)
    before = np.zeros_like(through)
    before[:, months:] = through[:, :-months]
    return through - before


def _range_sigma(values):
    """Standard deviation by moving ranges, outlying ones left out once; (series, 1)."""
    ranges = np.abs(np.diff(values, axis=1))
    mean = ranges.mean(axis=1, keepdims=True)
    kept = ranges <= SCREEN * mean
    return np.where(kept, ranges, 0).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True) / TO_SIGMA


def _anhoej(side):
    """(series, months): too long a run, or too few crossings, among all months so far."""
    useful, crossings, run, longest = np.zeros((4, len(side)), dtype=int)
    last, found = np.zeros(len(side)), np.zeros(side.shape, dtype=bool)
    fewest = np.array([0, *(binom.ppf(0.05, trials, 0.5) for trials in range(MOST_MONTHS))])
    for month in range(side.shape[1]):
        now = side[:, month]
        is_useful, is_turn = now != 0, (now != 0) & (last != 0) & (now != last)
        run = np.where(is_useful, np.where(is_turn, 1, run + 1), run)
        longest, crossings, useful = np.maximum(longest, run), crossings + is_turn, useful + is_useful
        last = np.where(is_useful, now, last)
        limit = np.round(np.log2(np.maximum(useful, 1))) + 3
        found[:, month] = (longest > limit) | (crossings < fewest[useful])
    return found
