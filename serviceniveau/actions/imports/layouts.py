"""Which columns a file may have. `*` in the header of the documentation means required."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

SPELLING = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "*": None})


@dataclass(frozen=True)
class Layout:
    columns: tuple[str, ...]
    required: tuple[str, ...]
    free_text: tuple[str, ...] = ()

    def column(self, header: str) -> str:
        """The column's name as we write it, from either spelling."""
        return unicodedata.normalize("NFC", header).strip().lower().translate(SPELLING)


REGISTRATIONS = Layout(
    columns=(
        "kilde",
        "afgoerelse_id",
        "sagsnr",
        "bevilling_id",
        "enhed",
        "sagsbehandler",
        "foedselsaar",
        "aldersgruppe",
        "maalgruppe",
        "stoettebehov_skala",
        "stoettebehov",
        "lov",
        "paragraf",
        "ydelse",
        "afgoerelsestype",
        "ansoegt_dato",
        "afgjort_dato",
        "registreret_dato",
        "start_dato",
        "slut_dato",
        "opfoelgning_dato",
        "omfang",
        "omfang_enhed",
        "pris",
        "pris_enhed",
        "leverandoer",
        "afvigelse_grund",
        "begrundelse",
    ),
    required=(
        "afgoerelse_id",
        "sagsnr",
        "enhed",
        "lov",
        "paragraf",
        "ydelse",
        "afgoerelsestype",
        "afgjort_dato",
    ),
    free_text=("begrundelse",),
)

APPLICATIONS = Layout(
    columns=(
        "kilde",
        "sagsnr",
        "enhed",
        "sagsbehandler",
        "foedselsaar",
        "maalgruppe",
        "lov",
        "paragraf",
        "ydelse",
        "modtaget_dato",
        "frist_dato",
        "besked_sendt_dato",
        "trukket_dato",
    ),
    required=("sagsnr", "enhed", "lov", "paragraf", "ydelse", "modtaget_dato"),
)
