import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from followup.actions.seeding import Receipt, seed
from followup.management.months import month
from followup.management.progress import ProgressLines
from followup.queries.months import month_plus
from followup.queries.sentences import month_name
from followup.simulation import PROFILES, Plan


class Command(BaseCommand):
    help = "Læg den opdigtede Fjordby Kommune i en tom database. Samme tal giver samme kommune."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profile", choices=list(PROFILES), default="s", help="størrelse")
        parser.add_argument("--seed", type=_number, default=1, help="tal, som tilfældet styres af")
        parser.add_argument(
            "--until", type=month, metavar="ÅÅÅÅ-MM", help="sidste måned (ellers den forrige)"
        )
        parser.add_argument("--truth", type=Path, metavar="FIL", help="skriv de plantede skred som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        this_month = localdate().replace(day=1)
        until = options["until"] or month_plus(this_month, -1)
        if until >= this_month:
            raise CommandError("Den sidste måned skal være afsluttet.")
        plan = Plan(options["profile"], options["seed"], until)
        try:
            receipt = seed(plan=plan, truth=options["truth"], progress=ProgressLines(sys.stderr))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(as_text(plan, receipt))
        if receipt.rejected:
            raise CommandError(_rejected(receipt))


def _number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def as_text(plan: Plan, receipt: Receipt) -> str:
    lines = [f"Fjordby Kommune ({plan.name}), opdigtet, til og med {month_name(plan.until)}"]
    lines += [
        f"  {label:<13} {outcome.rows:>8} rækker: {outcome.created} oprettet, {outcome.updated} rettet,"
        f" {outcome.unchanged} uændret, {outcome.rejected} afvist"
        for label, outcome in receipt.imports.items()
    ]
    lines.append(f"  {receipt.months} måneder lukket; {receipt.signals} signaler i den sidste")
    lines.append(f"  {receipt.duties} opgaver efter de vedtagne rolle- og ansvarsfordelinger")
    lines.append(f"  Filerne ligger i var/seed/{plan.name}/ ({sum(receipt.seconds.values()):.0f} s i alt)")
    return "\n".join(lines)


def _rejected(receipt: Receipt) -> str:
    shown = [
        f"{label}, linje {error.line}, {error.column}: {error.message}"
        for label, outcome in receipt.imports.items()
        for error in outcome.errors[:5]
    ]
    return "\n".join([f"{receipt.rejected} rækker blev afvist:", *shown])
