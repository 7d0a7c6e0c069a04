import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from roles.actions.duties import escalate, follow_plans
from roles.models.history import acting


class Command(BaseCommand):
    help = (
        "Lad opgaverne følge de gældende planer, og lad lang overskridelse gå videre. Gør ingen forskel igen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(reason="Kommandoen follow_plans"):
            changed = asdict(follow_plans()) | {"escalated": escalate()}
        if options["json"]:
            self.stdout.write(json.dumps(changed))
            return
        self.stdout.write(
            f"{changed['added']} nye opgaver, {changed['removed']} fjernet, {changed['updated']} rettet, "
            f"{changed['escalated']} gået videre."
        )
