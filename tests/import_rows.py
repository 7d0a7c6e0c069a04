"""One good row of each file, to be spoiled by the tests."""

from serviceniveau.actions.imports.layouts import APPLICATIONS, REGISTRATIONS

DECISION = {
    "kilde": "",
    "afgoerelse_id": "A1",
    "sagsnr": "S1",
    "bevilling_id": "",
    "enhed": "FJO-SS-VH-T1",
    "sagsbehandler": "M1",
    "foedselsaar": "1990",
    "aldersgruppe": "",
    "maalgruppe": "autisme",
    "stoettebehov_skala": "FFB",
    "stoettebehov": "FFB-2",
    "lov": "SEL",
    "paragraf": "85",
    "ydelse": "stoette",
    "afgoerelsestype": "bevilling_ny",
    "ansoegt_dato": "03-08-2026",
    "afgjort_dato": "14-09-2026",
    "registreret_dato": "15-09-2026",
    "start_dato": "01-10-2026",
    "slut_dato": "30-09-2027",
    "opfoelgning_dato": "01-04-2027",
    "omfang": "4,5",
    "omfang_enhed": "timer/uge",
    "pris": "412,50",
    "pris_enhed": "kr./time",
    "leverandoer": "Bostøtten",
    "afvigelse_grund": "",
    "begrundelse": "",
}
APPLICATION = {
    "kilde": "",
    "sagsnr": "S1",
    "enhed": "FJO-SS-VH-T1",
    "sagsbehandler": "M1",
    "foedselsaar": "1990",
    "maalgruppe": "autisme",
    "lov": "SEL",
    "paragraf": "85",
    "ydelse": "stoette",
    "modtaget_dato": "03-08-2026",
    "frist_dato": "",
    "besked_sendt_dato": "",
    "trukket_dato": "",
}
assert tuple(DECISION) == REGISTRATIONS.columns
assert tuple(APPLICATION) == APPLICATIONS.columns


def as_csv(rows: list[dict[str, str]], columns: list[str] | None = None) -> bytes:
    columns = columns or list(rows[0])
    lines = [";".join(columns), *(";".join(row[column] for column in columns) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()
