import csv
import io
from argparse import ArgumentParser
from datetime import date
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from followup.management.months import as_json, month
from followup.queries.figures import KEYS, SUMS, exact_rows
from roles.models import Unit
from serviceniveau.models import QualityStandard

Found = TypeVar("Found", bound=Model)


class Command(BaseCommand):
    help = "Nøjagtige tal for lukkede måneder, til drift og kontrol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=month, required=True, metavar="ÅÅÅÅ-MM")
        parser.add_argument("--to", dest="last", type=month, required=True, metavar="ÅÅÅÅ-MM")
        parser.add_argument("--unit", metavar="KODE", help="enheden med alle under den")
        parser.add_argument("--standard", metavar="KODE")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--csv", action="store_true", help="som semikolonsepareret fil (standard)")
        form.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if first > last:
            raise CommandError("Den første måned skal ligge før den sidste.")
        rows = _rows(first, last, options["unit"], options["standard"])
        self.stdout.write(
            as_json(rows) if options["json"] else _as_csv(rows), ending="\n" if options["json"] else ""
        )


def _rows(first: date, last: date, unit: str | None, standard: str | None) -> list[dict[str, Any]]:
    return exact_rows(
        first=first,
        last=last,
        unit=_by_code(Unit, unit, "enhed") if unit else None,
        standard=_by_code(QualityStandard, standard, "kvalitetsstandard") if standard else None,
    )


def _by_code(model: type[Found], code: str, noun: str) -> Found:
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise CommandError(f"Der er ingen {noun} med koden {code}.")
    return found


def _as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*KEYS, *SUMS], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: str(value).replace(".", ",") if name in SUMS else _inert(value) for name, value in row.items()}
        for row in rows
    )
    return text.getvalue()


def _inert(value: Any) -> Any:
    """A code that a spreadsheet would reckon out is marked as text."""
    return f"'{value}" if str(value).startswith(("=", "+", "-", "@", "\t", "\r")) else value
