"""Which kind of file it is, whatever it is called."""

from __future__ import annotations

from roles.actions.files.outcome import FileRefused
from roles.actions.plans.exchange.document_file import read_document
from roles.actions.plans.exchange.json_file import read_json
from roles.actions.plans.exchange.lines import KnownRoles, PlanFile
from roles.actions.plans.exchange.office import FOREIGN, Package
from roles.actions.plans.exchange.sheet_file import read_sheet
from roles.models.cpr import find_cpr

MOST_BYTES = 5 * 1024**2
UNKNOWN = "Filen er ikke en plan. Indlæs en JSON-fil, et Excel-ark (.xlsx) eller et Word-dokument (.docx)."


def read_plan_file(content: bytes, *, name: str = "") -> PlanFile:
    """Raises FileRefused in Danish for whatever is no plan."""
    if find_cpr(name):
        raise FileRefused("Filnavnet ser ud til at indeholde et CPR-nummer. Giv filen et andet navn.")
    if not content.strip():
        raise FileRefused("Filen er tom. Hent planen igen, og prøv med den fil.")
    roles = KnownRoles()
    if content.startswith((b"PK", *FOREIGN)):
        return _read_office(Package(content), roles)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return read_json(content, roles)
    raise FileRefused(UNKNOWN)


def _read_office(package: Package, roles: KnownRoles) -> PlanFile:
    if package.is_sheet:
        return read_sheet(package, roles)
    if package.is_document:
        return read_document(package, roles)
    raise FileRefused(UNKNOWN)
