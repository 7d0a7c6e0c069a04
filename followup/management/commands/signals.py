from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from followup.management.months import as_json, month
from followup.queries.sentences import place_and_sentence
from followup.queries.signals import coded, loud_signals_of_month


class Command(BaseCommand):
    help = "Vis en lukket måneds signaler, uden dem der aftager eller er forbi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", type=month, metavar="ÅÅÅÅ-MM")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        signals = loud_signals_of_month(options["month"])
        if options["json"]:
            self.stdout.write(as_json([coded(signal) for signal in signals]))
            return
        for signal in signals:
            self.stdout.write(place_and_sentence(signal))
        if not signals:
            self.stdout.write("Ingen signaler.")
