from typing import Any

from django.core.management.base import BaseCommand

from roles.actions import sync_permissions
from roles.models.history import acting


class Command(BaseCommand):
    help = "Lad rettighederne følge rolletildelingerne. Kør efter migrate; en gang til ændrer intet."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(reason="sync_permissions"):
            changed = sync_permissions()
        self.stdout.write(f"{changed} rettigheder rettet.")
