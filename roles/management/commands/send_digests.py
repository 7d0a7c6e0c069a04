import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from roles.actions.letters import send_letters


class Command(BaseCommand):
    help = "Send dagens mails til dem, der har noget nyt at få at vide, og som ikke har fået dem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        posted = send_letters()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(posted)))
            return
        self.stdout.write(f"{posted.sent} sendt, {posted.failed} kunne ikke sendes.")
