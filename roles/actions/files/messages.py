"""What every file is told in the same words. Braces stand for what the row says."""

EMPTY = "Feltet er tomt. Det skal udfyldes."
NO_DATE = "»{}« er ikke en dato. Skriv den som dd-mm-åååå, fx 31-01-2026."
NOT_IN_CALENDAR = "Datoen {} findes ikke i kalenderen. Ret den."
TOO_LATE = "Datoen {} ligger efter år {}. Ret årstallet, eller lad feltet stå tomt."
TWICE = "{} står allerede i linje {}. Fjern den ene."
SHOWN = 60  # characters of what is refused


def shown(text: str) -> str:
    return f"»{text[:SHOWN]}«"
