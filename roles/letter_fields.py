"""The fields that a letter can hold: what each stands for, with an example. Text in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True)
class LetterField:
    name: str
    meaning: str
    example: str
    is_required: bool = True

    @property
    def written(self) -> str:
        return f"{{{self.name}}}"


FIRST_NAME = LetterField("fornavn", "Modtagerens fornavn", "Asta", is_required=False)
# By the codes of MailTemplate.
LETTER_FIELDS: dict[str, tuple[LetterField, ...]] = {
    "dagens_opgaver": (
        FIRST_NAME,
        LetterField(
            "opgaver",
            "Modtagerens opgaver med frister",
            "Fristen er passeret:\n"
            "- Gennemgår månedens signaler med teamet (Team Nord). Frist 3. november, 19 dage siden\n\n"
            "Frist inden for 14 dage:\n"
            "- Godkender månedens tal (Team Nord). Frist 1. december, om 9 dage",
        ),
        LetterField("link", "Adressen på siden Mine opgaver", "https://serviceniveau.example.dk/opgaver/"),
    ),
    "ubesatte_ansvar": (
        FIRST_NAME,
        LetterField(
            "ansvar",
            "De ansvar, som ingen har, efter enhed og rolle",
            "Team Nord, Teamledelse: 4 ansvar\nTeam Syd, Sagsbehandler: 2 ansvar",
        ),
        LetterField(
            "link", "Adressen på siden Ubesatte ansvar", "https://serviceniveau.example.dk/ansvar/ubesat/"
        ),
    ),
    "rollegennemgang": (
        FIRST_NAME,
        LetterField("frist", "Dagen, der senest skal svares", "31. marts 2027"),
        LetterField(
            "link",
            "Adressen på siden med gennemgange",
            "https://serviceniveau.example.dk/organisation/rollegennemgang/",
        ),
    ),
    "maanedens_signaler": (
        FIRST_NAME,
        LetterField("maaned", "Måneden, der er lukket", "Oktober 2026"),
        LetterField(
            "signaler",
            "Det, der er nyt i modtagerens enheder, og modtagerens handlinger med frist",
            "Nye signaler:\n"
            "- Team Nord, Socialpædagogisk støtte: 14 af 31 afgørelser lå over rammen i september–oktober"
            " 2026. Forventet: 6. Ændringen er sandsynligvis sket i september 2026.",
        ),
        LetterField(
            "link", "Adressen på siden Signaler", "https://serviceniveau.example.dk/opfoelgning/signaler/"
        ),
    ),
    "signalhandlinger": (
        FIRST_NAME,
        LetterField(
            "handlinger",
            "Modtagerens handlinger, der er forfaldne eller snart har frist",
            "Handlinger, du er ansvarlig for:\n"
            "- Ser de nyeste sager igennem med teamet (Team Nord). Frist 1. december, om 8 dage",
        ),
        LetterField(
            "link", "Adressen på siden Signaler", "https://serviceniveau.example.dk/opfoelgning/signaler/"
        ),
    ),
}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in. The text was looked at by `faults` when it was saved."""
    return text.format_map(dict(values))


def example_values(code: str) -> dict[str, str]:
    return {field.name: field.example for field in LETTER_FIELDS[code]}


def faults(text: str, code: str) -> list[str]:
    """In Danish what keeps the text from being filled in: other fields, loose braces, a field left out."""
    declared = {field.name for field in LETTER_FIELDS[code]}
    try:
        used = [found[1:] for found in Formatter().parse(text) if found[1] is not None]
    except ValueError:
        return ["En tuborgklamme mangler sin makker. Skriv {{ og }}, hvis klammerne selv skal stå i mailen."]
    strange = [name for name, spec, conversion in used if name not in declared or spec or conversion]
    listed = ", ".join(field.written for field in LETTER_FIELDS[code])
    found = [f"Feltet {{{name}}} findes ikke. Brug: {listed}." for name in dict.fromkeys(strange)]
    names = {name for name, _, _ in used}
    missing = [field for field in LETTER_FIELDS[code] if field.is_required and field.name not in names]
    return found + [f"Feltet {field.written} mangler: {lower_first(field.meaning)}." for field in missing]


def lower_first(words: str) -> str:
    return words[0].lower() + words[1:]
