"""Names of nobody: first names with surnames of trees, birds and weather."""

import numpy as np

FIRST = (
    "Asta", "Bente", "Bo", "Camilla", "Carl", "Dagny", "Dan", "Ebba", "Egon",
    "Ellen", "Elin", "Emil", "Erla", "Esther", "Finn", "Frida", "Gerda", "Gorm", "Grethe", "Gunnar",
    "Hans", "Helga", "Herdis", "Hugo", "Ib", "Ida", "Inga", "Ivar", "Jens", "Johan", "Jytte", "Kaj",
    "Karen", "Kirsten", "Knud", "Laila", "Lars", "Lilly", "Magna", "Malte", "Mie", "Nanna", "Niels",
    "Nora", "Oda", "Olga", "Ove", "Palle", "Pia", "Ragna", "Rigmor", "Rolf", "Signe", "Sofus",
    "Svend", "Tage", "Thea", "Thora", "Tove", "Ulla", "Uffe", "Vagn", "Vera", "Vibe", "Viggo",
    "Yrsa", "Åse", "Øjvind",
)  # fmt: skip
STEMS = (
    "Bøge", "Lærke", "Ege", "Elme", "Aske", "Birke", "Hassel", "Røn", "Pile", "Lind", "Svale",
    "Viber", "Falke", "Drossel", "Stær", "Gøge", "Hejre", "Måge", "Skade", "Storm", "Regn", "Rim",
    "Tåge", "Vinter", "Sommer", "Solsort", "Dug", "Vind", "Frost",
)  # fmt: skip
ENDINGS = (
    "lund", "dal", "holt", "bæk", "vang", "skov", "mose", "gård", "høj", "krog", "eng", "bro",
)  # fmt: skip
DOMAIN = "@fjordby.example"
LATIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "."})


def invent_names(rng: np.random.Generator, count: int) -> list[str]:
    """So many different names. Nobody's first name sorts before Asta's."""
    surnames = [stem + ending for stem in STEMS for ending in ENDINGS]
    picked = rng.choice(len(FIRST) * len(surnames), count, replace=False)
    return [f"{FIRST[pick % len(FIRST)]} {surnames[pick // len(FIRST)]}" for pick in picked.tolist()]


def email(name: str) -> str:
    return name.lower().translate(LATIN) + DOMAIN


def staff_code(name: str, taken: set[str]) -> str:
    """Two letters of each name, and a number where two people share them; added to ``taken``."""
    first, last = name.lower().translate(LATIN).split(".")
    code, number = first[:2] + last[:2], 2
    while code in taken:
        code, number = first[:2] + last[:2] + str(number), number + 1
    taken.add(code)
    return code
