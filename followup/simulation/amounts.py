"""How much is granted, given the frame and on which side of it the decision lies; and at what price."""

import numpy as np

from followup.simulation.days import Days, year
from followup.simulation.practice import INSIDE, NO_FRAME, OVER, UNDER
from followup.simulation.services import Bools, Floats

# People think in halves and fives.
STEP = {"timer/uge": 0.5, "dage/uge": 0.5, "døgn/måned": 0.5, "minutter/uge": 5.0, "kr./måned": 25.0}
NATURAL = {"døgn/uge": 7.0}
"""What is always granted of a service whose frame is a price."""
PRICE = {
    "timer/uge": (465.0, "kr./time"),
    "timer/måned": (385.0, "kr./time"),
    "minutter/uge": (445.0, "kr./time"),
    "gange/år": (390.0, "kr./gang"),
    "døgn/måned": (2150.0, "kr./dag"),
    "dage/uge": (640.0, "kr./dag"),
    "døgn/uge": (2200.0, "kr./dag"),
    "forløb": (4300.0, "kr./måned"),
}
"""Kroner in 2024, and what they are kroner per. Sums of money have no price."""
YEARLY_RISE = 1.03


def step_of(unit: str) -> float:
    return STEP.get(unit, 1.0)


def draw_amounts(  # noqa: PLR0913  columns of one table
    rng: np.random.Generator, frame: Floats, step: Floats, relation: Days, push: Floats, full: Bools
) -> Floats:
    """Amounts around what is typical, rounded as people round, on the side that ``relation`` says.

    frame: (rows, 3) low, typical, high, NaN where the frame says nothing. step: (rows,) of the rounding.
    push: (rows,) how much more than usual. full: (rows,) those inside get all that the frame allows.
    """
    low, typical, high = frame.T
    centre = np.where(np.isnan(typical), np.nanmean(np.where(np.isnan(frame), 1, frame), axis=1), typical)
    usual = centre * push
    exact = np.isnan(low) & np.isnan(high)
    spread = np.where(exact, 0, rng.normal(0, 0.3, len(step)))
    inside = _rounded(usual * np.exp(spread), step)
    inside = np.clip(inside, np.where(np.isnan(low), step, low), np.where(np.isnan(high), np.inf, high))
    inside = np.where(full & ~np.isnan(high), high, inside)
    inside = np.where(exact, centre, inside)
    top = np.where(np.isnan(high), centre, high)
    bottom = np.where(np.isnan(low), centre, low)
    far = np.abs(rng.normal(0, 0.3, len(step)))
    over = np.maximum(_rounded(top * push * np.exp(far), step), top + step)
    under = np.minimum(_rounded(bottom * np.exp(-far), step), bottom - step)
    under = np.where(under > 0, under, bottom / 2)
    return np.select([relation == OVER, relation == UNDER], [over, under], inside)


def _rounded(amount: Floats, step: Floats) -> Floats:
    return np.maximum(np.round(amount / step), 1) * step


def related(frame: Floats, amount: Floats, judged: np.ndarray) -> Days:
    """How the amount lies to the frame, by the program's own rule."""
    low, typical, high = frame.T
    top = np.where(np.isnan(high) & np.isnan(low), typical, high)
    bottom = np.where(np.isnan(low) & np.isnan(high), typical, low)
    relation = np.select([amount > top, amount < bottom], [OVER, UNDER], INSIDE)
    return np.where(judged, relation, NO_FRAME)


def moved(frame: Floats, step: Floats, amount: Floats, before: Floats) -> Floats:
    """Where a new amount equals the old one, a step away on the same side of the frame, if there is room.

    What already is all that the frame allows stays.
    """
    known = np.ones(len(amount), dtype=bool)
    side = related(frame, amount, known)
    up, down = amount + step, amount - step
    up_fits = related(frame, up, known) == side
    down_fits = (related(frame, down, known) == side) & (down > 0)
    nudged = np.select([up_fits, down_fits], [up, down], amount)
    return np.where((amount == before) & (amount != frame[:, 2]), nudged, amount)


def yearly_price(price_2024: Floats, on: Days) -> Floats:
    """Whole kroner, after the yearly rise."""
    rise = YEARLY_RISE ** (year(on) - 2024).astype(float)
    return np.round(price_2024 * rise)
