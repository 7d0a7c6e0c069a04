"""How the commands read a month and write JSON."""

import json
from argparse import ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a civil month, no instant
    except ValueError:
        raise ArgumentTypeError(f"{text!r} er ikke en måned: skriv den som ÅÅÅÅ-MM.") from None


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
