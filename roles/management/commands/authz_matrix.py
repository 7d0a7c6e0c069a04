import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from roles.models import Permission, RoleCode
from roles.permissions import ROLE_PERMISSIONS


class Command(BaseCommand):
    help = "Vis, hvilke rettigheder hver rolle har."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="skriv som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_as_json() if options["json"] else _as_table())


def _as_json() -> str:
    cells = [
        {
            "role": role.value,
            "permission": right.value,
            "allowed": right in ROLE_PERMISSIONS[role],
            "inherits": right.inherits,
        }
        for role in RoleCode
        for right in Permission
    ]
    return json.dumps(cells, ensure_ascii=False)


def _as_table() -> str:
    width = max(len(right.label) for right in Permission)
    lines = [" " * width + "  " + "  ".join(role.label for role in RoleCode)]
    for right in Permission:
        marks = (
            ("x" if right in ROLE_PERMISSIONS[role] else "-").center(len(role.label)) for role in RoleCode
        )
        lines.append(f"{right.label:<{width}}  {'  '.join(marks)}")
    return "\n".join(lines)
