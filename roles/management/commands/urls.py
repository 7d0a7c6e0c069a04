import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from roles.access_map import Page, pages, roles_that_may
from roles.models import Permission
from roles.permissions import Audience

AUDIENCE_NAMES = {Audience.EVERYONE: "everyone", Audience.SIGNED_IN: "signed_in"}


class Command(BaseCommand):
    help = "Vis hver adresse med metoder, og hvem der må åbne den."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="skriv som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps([_entry(page) for page in pages()], ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_line(page) for page in pages()))


def _entry(page: Page) -> dict[str, Any]:
    return {
        "path": page.path,
        "name": page.name,
        "methods": list(page.methods),
        "who": _who(page),
        "roles": [role.value for role in roles_that_may(page.who)],
    }


def _who(page: Page) -> str:
    return page.who.value if isinstance(page.who, Permission) else AUDIENCE_NAMES.get(page.who, "")  # type: ignore[arg-type]


def _line(page: Page) -> str:
    label = page.who.label if isinstance(page.who, Permission) else page.who.value if page.who else "ingen"
    roles = ", ".join(role.label for role in roles_that_may(page.who))
    allowed = f" ({roles})" if isinstance(page.who, Permission) else ""
    return f"{page.path:<44} {' '.join(page.methods):<16} {label}{allowed}"
