"""The options of the decision form in the order in which they are looked for."""

from collections.abc import Iterator

from django.db.models import Q

from serviceniveau.forms.fields import Choice
from serviceniveau.models import (
    SCALE,
    DecisionKind,
    Intervention,
    LegalBasis,
    MeasurementUnit,
    NeedLevel,
)

LAWS = {"SEL": "Serviceloven", "BL": "Barnets lov", "AEL": "Ældreloven", "SUL": "Sundhedsloven"}
SCALES = {
    "FFB": "Samlet støttebehov (FFB)",
    "FFB-FUNKTION": "Funktionsevne (FFB)",
    "VUM": "Voksenudredningsmetoden (VUM)",
    "FSIII": "Funktionsevne (FSIII)",
    "INDSATSTRAPPE": "Indsatstrappen",
}
KINDS: list[Choice] = [
    ("", "Vælg afgørelsestype"),
    (
        "Ny afgørelse",
        [(kind.value, kind.label) for kind in (DecisionKind.NEW, DecisionKind.PARTIAL, DecisionKind.REFUSAL)],
    ),
    (
        "Ændring af en bevilling",
        [
            (kind.value, kind.label)
            for kind in (
                DecisionKind.RAISED,
                DecisionKind.LOWERED,
                DecisionKind.EXTENDED,
                DecisionKind.WITHIN,
                DecisionKind.SUPPLIER_CHANGED,
                DecisionKind.LAW_MIGRATION,
            )
        ],
    ),
    ("Ophør", [(kind.value, kind.label) for kind in (DecisionKind.ENDED, DecisionKind.ENDED_BY_CITIZEN)]),
    (
        "Genvurdering efter klage",
        [(kind.value, kind.label) for kind in (DecisionKind.REVIEW_CHANGED, DecisionKind.REVIEW_UPHELD)],
    ),
]


def law_name(basis: LegalBasis) -> str:
    return LAWS.get(basis.law, basis.law)


def basis_label(basis: LegalBasis) -> str:
    return f"{basis.section} {basis.title} ({basis.law})"  # typing the number finds it


def scale_name(level: NeedLevel) -> str:
    return SCALES.get(level.scale, level.scale)


def need_label(level: NeedLevel) -> str:
    return f"{level.value} · {level.name}" if level.value is not None else level.name


def unit_choices(intervention: Intervention | None) -> Iterator[Choice]:
    """Those that convert to the intervention's own unit first."""
    yield ("", "Vælg enhed")
    fitting = SCALE[intervention.natural_unit][0] if intervention else None
    close = [(unit.value, unit.label) for unit in MeasurementUnit if SCALE[unit][0] == fitting]
    others = [(unit.value, unit.label) for unit in MeasurementUnit if SCALE[unit][0] != fitting]
    if close:
        yield ("Passer til ydelsen", close)
    yield ("Andre enheder", others)


def split_case_number(typed: str) -> Q:
    """A case by its number, or by source and number where two sources use the same one."""
    source, _, number = typed.partition("/")
    return Q(number__iexact=typed) | Q(source__iexact=source, number__iexact=number)
