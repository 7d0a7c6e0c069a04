"""The municipality as the files that its case system would deliver: semicolons, decimal comma, dd-mm-åååå."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from followup.simulation.amounts import PRICE
from followup.simulation.applications import age_band
from followup.simulation.courses import KINDS, REASONS, REFUSAL, UPHELD
from followup.simulation.days import NEVER, Days, year
from followup.simulation.municipality import Municipality
from followup.simulation.organisation import TEAMS, organisation_rows
from followup.simulation.services import BANDS, Floats

REGISTRATION_COLUMNS = (
    "kilde;afgoerelse_id;sagsnr;bevilling_id;enhed;sagsbehandler;foedselsaar;aldersgruppe;maalgruppe;"
    "stoettebehov_skala;stoettebehov;lov;paragraf;ydelse;afgoerelsestype;ansoegt_dato;afgjort_dato;registreret_dato;"
    "start_dato;slut_dato;opfoelgning_dato;omfang;omfang_enhed;pris;pris_enhed;leverandoer;afvigelse_grund;begrundelse"
)
APPLICATION_COLUMNS = (
    "kilde;sagsnr;enhed;sagsbehandler;foedselsaar;maalgruppe;lov;paragraf;ydelse;"
    "modtaget_dato;frist_dato;besked_sendt_dato;trukket_dato"
)
FIRST_CASE, FIRST_DECISION = 104_000, 500_001
TOLD_BEFORE, TOLD_AFTER = 0.62, 0.13
"""Of citizens whose answer is late: told of it before the deadline, and only after it."""
SUPPLIERS = {
    "voksen": (
        "Fjordby Bostøtte",
        "Støtten Bølgebryder",
        "Nordstrandens Hverdagshjælp",
        "Foreningen Vindrosen i Fjordby",
        "Sydmarkens Støttelaug",
        "Lærkereden Bostøtte",
    ),
    "aeldre": (
        "Fjordby Hjemmepleje",
        "Hjemmehjælpen Havtorn",
        "Vestskovens Omsorg",
        "Plejelauget Morgendug",
        "Omsorg ved Fjorden",
        "Sydmarkens Hjemmehjælp",
    ),
    "boern": (
        "Fjordby Familiehus",
        "Familiestøtten Regnbuetræet",
        "Aflastningslauget Svalereden",
        "Ungehuset Skumtoppen",
        "Familielauget Ved Broen",
        "Netværket Lygten i Fjordby",
    ),
}
WHY = {
    "dispensation": "Et af standardens dispensationskriterier er opfyldt efter en konkret vurdering.",
    "ankestyrelsen": "Ankestyrelsens afgørelse er lagt til grund.",
    "overgang": "Omfanget er uændret, indtil behovet er vurderet igen.",
    "akut": "Behovet er akut og forventes at falde igen.",
    "netvaerk": "Netværket omkring borgeren er ændret.",
    "sammensat": "Flere behov griber ind i hinanden og skal støttes samtidig.",
    "afventer": "Støtten gælder, mens et andet tilbud bliver klar.",
    "lavere_behov": "Borgeren klarer flere opgaver selv end andre med samme støttebehov.",
    "andet": "Særlige forhold er beskrevet i sagen.",
}
Texts = list[str]


def write_files(made: Municipality, folder: Path) -> dict[str, int]:
    """Write organisation.csv, applications.csv, registrations.csv and truth.json; return rows per file."""
    folder.mkdir(parents=True, exist_ok=True)
    organisation = [";".join(row) for row in organisation_rows(made.staff)]
    applications, registrations = application_lines(made), registration_lines(made)
    _write(folder / "organisation.csv", organisation)
    _write(folder / "applications.csv", [APPLICATION_COLUMNS, *applications])
    _write(folder / "registrations.csv", [REGISTRATION_COLUMNS, *registrations])
    truth = [drift.as_json() for drift in made.drifts]
    (folder / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return {
        "organisation": len(organisation) - 1,
        "applications": len(applications),
        "registrations": len(registrations),
    }


def _write(file: Path, lines: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as target:
        target.write("\n".join(lines))
        target.write("\n")


def registration_lines(made: Municipality) -> Texts:
    """In the order in which they were registered; what had not been when the files were made is missing."""
    rows, applied, registered = made.decisions, made.applications, made.registered
    order = np.lexsort((rows.application, rows.decided, registered))
    order = order[registered[order] <= made.window.last]
    at = rows.application[order]
    services, service = made.catalogue.services, rows.service[order]
    decided, kind = rows.decided[order], rows.kind[order]
    amount, price, reason = rows.amount[order], rows.price[order], rows.reason[order]
    priced, measured = ~np.isnan(price), ~np.isnan(amount)
    chair = made.staff.on_chair(applied.team[at], applied.chair[at], decided)
    columns: list[Sequence[str]] = [
        [made.plan.source] * len(at),
        [f"A-{number}" for number in range(FIRST_DECISION, FIRST_DECISION + len(at))],
        _cases(applied.case[at]),
        _grants(at, kind),
        _look_up([team.code for team in TEAMS], applied.team[at]),
        _look_up(made.staff.codes, chair),
        _numbers(year(applied.born[at]).astype(float)),
        _look_up(BANDS, age_band(applied.born[at], decided)),
        _groups(made, at),
        _look_up([*(each.scale for each in services), ""], np.where(rows.need[order] >= 0, service, -1)),
        _needs(made, service, rows.need[order]),
        *_law(made, service, decided),
        _look_up([each.intervention for each in services], service),
        _look_up(KINDS, kind),
        _dates(np.where(_answers(rows.kind)[order], applied.received[at], -1)),
        _dates(decided),
        _dates(registered[order]),
        _dates(rows.starts[order]),
        _dates(rows.ends[order]),
        _dates(rows.follow_up[order]),
        _numbers(amount),
        _look_up([*(each.unit for each in services), ""], np.where(measured, service, -1)),
        _numbers(price),
        _look_up(
            [*(PRICE.get(each.unit, (0, ""))[1] for each in services), ""], np.where(priced, service, -1)
        ),
        _suppliers(made, service, rows.supplier[order]),
        _look_up([*REASONS, ""], reason),
        _look_up([*(WHY[code] for code in REASONS), ""], reason),
    ]
    return list(map(";".join, zip(*columns, strict=True)))


def application_lines(made: Municipality) -> Texts:
    """Those of which no answer is registered, that were withdrawn, or whose delay the citizen was told of."""
    applied, last, services = made.applications, made.window.last, made.catalogue.services
    withdrawn = applied.withdrawn <= last
    open_ = ((applied.decided > last) | _unregistered(made)) & ~withdrawn
    told = _told(made, withdrawn)
    begun = np.array([each.law_from for each in services])[applied.service] <= applied.received
    relevant = (
        (open_ | withdrawn | (told >= 0)) & begun & ((applied.decided >= made.window.first) | withdrawn)
    )
    relevant &= (applied.withdrawn >= made.window.first) & _first_of_its_kind(made)
    at = np.flatnonzero(relevant)
    at = at[np.argsort(applied.received[at], kind="stable")]
    service = applied.service[at]
    chair = made.staff.on_chair(applied.team[at], applied.chair[at], np.minimum(applied.decided[at], last))
    columns: list[Sequence[str]] = [
        [made.plan.source] * len(at),
        _cases(applied.case[at]),
        _look_up([team.code for team in TEAMS], applied.team[at]),
        _look_up(made.staff.codes, chair),
        _numbers(year(applied.born[at]).astype(float)),
        _groups(made, at),
        *_law(made, service, applied.received[at]),
        _look_up([each.intervention for each in services], service),
        _dates(applied.received[at]),
        [""] * len(at),
        _dates(told[at]),
        _dates(np.where(withdrawn[at], applied.withdrawn[at], -1)),
    ]
    return list(map(";".join, zip(*columns, strict=True)))


def _first_of_its_kind(made: Municipality) -> NDArray[np.bool_]:
    """A person has one application for a service received on a day."""
    applied = made.applications
    keys = np.stack([applied.case, applied.service, applied.received])
    _, first = np.unique(keys, axis=1, return_index=True)
    found = np.zeros(len(applied), dtype=bool)
    found[first] = True
    return found


def _unregistered(made: Municipality) -> NDArray[np.bool_]:
    """Applications whose answer had not been registered when the files were made."""
    missing = np.zeros(len(made.applications), dtype=bool)
    missing[made.decisions.application[made.registered > made.window.last]] = True
    missing[made.decisions.application[made.registered <= made.window.last]] = False
    return missing


def _told(made: Municipality, withdrawn: NDArray[np.bool_]) -> Days:
    """When the citizen was told that the answer would be late: mostly before the deadline, some after."""
    rng, applied, last = made.plan.chance(7), made.applications, made.window.last
    count, chance = len(applied), rng.random(len(applied))
    shift = np.where(chance < TOLD_BEFORE, -rng.integers(1, 12, count), rng.integers(1, 8, count))
    day = applied.deadline + shift
    late = (applied.decided > applied.deadline) & ~withdrawn & (chance < TOLD_BEFORE + TOLD_AFTER)
    fits = (day > applied.received) & (day <= np.minimum(applied.decided, last))
    return np.where(late & fits, day, -1)


def _answers(kind: Days) -> NDArray[np.bool_]:
    return np.isin(kind, [KINDS.index(name) for name in ("bevilling_ny", "bevilling_delvis", "afslag")])


# --- Columns --------------------------------------------------------------------------------------


def _look_up(texts: Sequence[str], number: Days) -> Texts:
    """Each number's text; -1 is the last, which is empty where there may be nothing."""
    found: Texts = np.array(texts, dtype=object)[number].tolist()
    return found


def _dates(days: Days) -> Texts:
    """Danish dates, empty for negative days."""
    known = days[days >= 0]
    low, high = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    calendar = np.arange(low, high + 1).astype("datetime64[D]").tolist()
    return _look_up([*(f"{each:%d-%m-%Y}" for each in calendar), ""], np.where(days >= 0, days - low, -1))


def _numbers(values: Floats) -> Texts:
    """Decimal comma, no trailing zeros, empty for NaN."""
    unique, number = np.unique(values, return_inverse=True)
    return _look_up(
        [
            "" if np.isnan(each) else f"{each:.2f}".rstrip("0").rstrip(".").replace(".", ",")
            for each in unique
        ],
        number,
    )


def _cases(case: Days) -> Texts:
    return [f"S-{FIRST_CASE + number}" for number in case.tolist()]


def _grants(application: Days, kind: Days) -> Texts:
    """A refusal grants nothing, and a review that upholds changes nothing."""
    none = np.isin(kind, (REFUSAL, UPHELD)).tolist()
    return [
        "" if nothing else f"B-{FIRST_CASE + n}"
        for n, nothing in zip(application.tolist(), none, strict=True)
    ]


def _groups(made: Municipality, application: Days) -> Texts:
    codes = [code for listed in made.catalogue.target_groups.values() for code in listed]
    common = np.random.default_rng(1).permutation(len(codes))[:21]
    return _look_up([*(codes[place] for place in common), ""], made.applications.group[application])


def _needs(made: Municipality, service: Days, need: Days) -> Texts:
    scales = list(made.catalogue.need_codes)
    codes = [code for scale in scales for code in made.catalogue.need_codes[scale]]
    width = len(codes) // len(scales)
    scale = np.array([scales.index(each.scale) if each.scale else 0 for each in made.catalogue.services])
    return _look_up([*codes, ""], np.where(need >= 0, scale[service] * width + need, -1))


def _law(made: Municipality, service: Days, on: Days) -> tuple[Texts, Texts]:
    """Law and section in force on the day."""
    services = made.catalogue.services
    before = np.array([each.law_change and each.law_from for each in services])[service] > on
    number = np.where(before, service + len(services), service)
    laws = [each.law for each in services] + [each.earlier_law[0] for each in services]
    sections = [each.section for each in services] + [each.earlier_law[1] for each in services]
    return _look_up(laws, number), _look_up(sections, number)


def _suppliers(made: Municipality, service: Days, supplier: Days) -> Texts:
    """Help in kind has a supplier; money has none."""
    areas = list(SUPPLIERS)
    names = [name for area in areas for name in SUPPLIERS[area]]
    area = np.array(
        [
            areas.index("aeldre" if each.pension_from != NEVER else each.area)
            for each in made.catalogue.services
        ]
    )[service]
    money = np.array([each.unit.startswith("kr.") for each in made.catalogue.services])[service]
    return _look_up([*names, ""], np.where((supplier >= 0) & ~money, area * 6 + supplier, -1))
