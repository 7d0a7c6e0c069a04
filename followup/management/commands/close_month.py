from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from followup.actions.months import Closing, close_month
from followup.management.months import as_json, month
from followup.queries.sentences import month_name


class Command(BaseCommand):
    help = "Luk en måned: månedstal, signaler, offentliggjorte tal og rapporter. Kan gentages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", type=month, metavar="ÅÅÅÅ-MM")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            closing = close_month(month=options["month"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(as_json(asdict(closing) | {"month": f"{closing.month:%Y-%m}"}))
        else:
            self.stdout.write(_summary(closing))


def _summary(closing: Closing) -> str:
    return (
        f"{month_name(closing.month).capitalize()} er lukket som revision {closing.revision}."
        f" Månedstal: {closing.facts}. Signaler: {closing.signals}."
        f" Ændret siden forrige revision: {len(closing.late)}. Det tog {closing.seconds:.1f} s."
    )
