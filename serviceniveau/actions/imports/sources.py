"""Which system a file comes from, when the file does not say so row by row."""

from roles.actions.files.outcome import FileRefused
from roles.models.cpr import find_cpr

DEFAULT_SOURCE = "fil"
LONGEST_SOURCE = 40


def check_source(source: str) -> None:
    if not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise FileRefused(f"Kilden skal være et navn på højst {LONGEST_SOURCE} tegn.")
    if find_cpr(source):
        raise FileRefused("Kilden ser ud til at indeholde et CPR-nummer. Brug navnet på fagsystemet.")
