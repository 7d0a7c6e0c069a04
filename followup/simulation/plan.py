"""How large the municipality is, how long it is watched, and which streams of chance it draws from."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from followup.simulation.days import first_day, last_day

MONTHS = 36


@dataclass(frozen=True)
class Profile:
    """registrations: about so many in the months simulated. evenness: 1 leaves work as uneven as it is."""

    registrations: int
    caseworkers: tuple[int, int]
    drifts: int
    evenness: float


PROFILES = {
    "s": Profile(registrations=7_000, caseworkers=(5, 9), drifts=8, evenness=1.0),
    "m": Profile(registrations=100_000, caseworkers=(5, 9), drifts=12, evenness=0.6),
    "l": Profile(registrations=1_000_000, caseworkers=(25, 35), drifts=20, evenness=0.5),
}


@dataclass(frozen=True)
class Plan:
    """until: first day of the last month simulated."""

    profile: str
    seed: int
    until: date
    months: int = MONTHS

    @property
    def size(self) -> Profile:
        return PROFILES[self.profile]

    @property
    def name(self) -> str:
        return f"{self.profile}-{self.seed}"

    @property
    def source(self) -> str:
        """The case system that the files say they come from; another plan is another system."""
        return f"fjordby-{self.name}-{self.until:%Y-%m}"

    def chance(self, subject: int) -> np.random.Generator:
        """A stream of its own per subject, so that one change does not stir all the others."""
        return np.random.default_rng([self.seed, list(PROFILES).index(self.profile), subject])


@dataclass(frozen=True, eq=False)
class Window:
    """First and last day of the months simulated."""

    first_month: int
    first: int
    last: int


def window(plan: Plan) -> Window:
    last_month = int(np.datetime64(plan.until, "M").astype(int))
    first_month = last_month - plan.months + 1
    first, last = first_day(np.array([first_month])), last_day(np.array([last_month]))
    return Window(first_month, int(first[0]), int(last[0]))
