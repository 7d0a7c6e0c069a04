from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class RowProblem:
    """Why a row was rejected. Line 1 is the header; an empty column means the row as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Linje {self.line}{', ' + self.column if self.column else ''}: {self.message}"


@dataclass
class ImportOutcome:
    """What came of a file: created + updated + unchanged + rejected = rows, always."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[RowProblem] = field(default_factory=list)

    def reject(self, problems: Iterable[RowProblem]) -> None:
        """One row, whatever is wrong with it."""
        self.rejected += 1
        self.errors += problems

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class FileRefused(Exception):
    """The file as a whole cannot be read. Says in Danish what to do."""

    def __init__(self, problems: Iterable[RowProblem] | str, *, line: int = 1) -> None:
        self.problems = [RowProblem(line, "", problems)] if isinstance(problems, str) else list(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))

    def outcome(self) -> ImportOutcome:
        return ImportOutcome(errors=self.problems)
