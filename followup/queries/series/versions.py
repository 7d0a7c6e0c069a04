"""Since when each standard's newest version holds, and the practice that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from followup.drift.chart import Floats, Ints
from followup.models import MeasureCode
from followup.queries.months import month_plus, months_between
from serviceniveau.models import StandardVersion

DECLARED = {MeasureCode.SHARE_ABOVE: "expected_above", MeasureCode.SHARE_BELOW: "expected_below"}


@dataclass(frozen=True)
class Versions:
    """months: first month looked at. newest: standard → the version in force at the end of the months."""

    first: date
    newest: dict[int, StandardVersion]

    def adoptions(self, standards: Ints) -> Ints:
        """(series,) first whole month under the newest version, 0 where it is older than the months."""
        restart = {pk: self._restart(version) for pk, version in self.newest.items()}
        return np.array([restart.get(pk, 0) for pk in standards.tolist()], dtype=np.int64)

    def declared(self, measure: MeasureCode, standards: Ints) -> Floats:
        """(series,) the share that the newest version expects, NaN where it says nothing."""
        column = DECLARED.get(measure)
        said = {pk: getattr(version, column) for pk, version in self.newest.items()} if column else {}
        shares = [said.get(pk) for pk in standards.tolist()]
        return np.array([np.nan if share is None else float(share) for share in shares], dtype=np.float64)

    def _restart(self, version: StandardVersion) -> int:
        start = version.valid.lower if version.valid else None
        return max(months_between(self.first, start) + (start.day > 1), 0) if start else 0


def read_versions(months: list[date]) -> Versions:
    """One query."""
    until = month_plus(months[-1], 1)
    adopted = StandardVersion.objects.adopted().filter(valid__startswith__lt=until).order_by("valid")
    return Versions(months[0], {version.standard_id: version for version in adopted})
