import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from followup.management.months import as_json
from followup.queries.reconciliation import reconcile


class Command(BaseCommand):
    help = "Efterprøv, at indlæsninger, afgørelser, månedstal og rapporter stemmer. Slutter med 1, hvis ikke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile()
        if options["json"]:
            self.stdout.write(as_json(found))
        else:
            for one in found["disagreements"]:
                self.stdout.write(
                    f"{one['check']}: {one['where']}: ventet {one['expected']}, fundet {one['found']}"
                )
            self.stdout.write(
                "Alt stemmer." if found["ok"] else f"{len(found['disagreements'])} uoverensstemmelser."
            )
        if not found["ok"]:
            sys.exit(1)
