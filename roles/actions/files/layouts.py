"""Which columns a file may have. `*` in the header of the documentation means required."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

SPELLING = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "*": None})


@dataclass(frozen=True)
class Layout:
    """dates, amounts: the columns that are read as such. free_text: those that may hold several lines."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    free_text: tuple[str, ...] = ()

    def column(self, header: str) -> str:
        """The column's name as we write it, from either spelling."""
        return unicodedata.normalize("NFC", header).strip().lower().translate(SPELLING)
