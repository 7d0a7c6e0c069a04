"""Keys that open something by themselves stay out of the logs."""

import json
import logging
from datetime import timedelta
from logging.config import DictConfigurator
from types import SimpleNamespace

import pytest
from django.conf import settings
from gunicorn.config import Config

from serviceniveau.logs import AccessLog, without_keys

KEYS = [
    ("/kalender/u0bjl5YQIomwG3m5.ics", "/kalender/(skjult).ics"),
    ("GET /adgangskode/ny/2-dih2xd-b7fe20ab/ HTTP/1.1", "GET /adgangskode/ny/(skjult)/ HTTP/1.1"),
    ("/kalender/ny/", "/kalender/ny/"),
    ("/ansvar/7/", "/ansvar/7/"),
]


@pytest.mark.parametrize(("address", "written"), KEYS)
def test_addresses_lose_their_keys(address, written):
    assert without_keys(address) == written


def test_refused_requests_are_written_without_the_key():
    formatter = DictConfigurator(settings.LOGGING).configure_formatter(settings.LOGGING["formatters"]["json"])
    told = ("Not Allowed: %s", (KEYS[0][0],))

    written = formatter.format(logging.LogRecord("django.request", logging.WARNING, "", 0, *told, None))

    assert json.loads(written)["event"] == "Not Allowed: /kalender/(skjult).ics"


def test_access_log_is_written_without_the_key():
    answer = SimpleNamespace(status="200 OK", sent=1, headers=[])
    asked = SimpleNamespace(headers=[])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": KEYS[0][0], "PATH_INFO": KEYS[0][0]}
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"

    atoms = AccessLog(Config()).atoms(answer, asked, environ, timedelta(seconds=1))

    assert (atoms["U"], atoms["r"], atoms["s"]) == (KEYS[0][1], f"GET {KEYS[0][1]} HTTP/1.1", "200")


def test_the_web_server_of_the_image_uses_it():
    assert "serviceniveau.logs.AccessLog" in (settings.BASE_DIR / "Dockerfile").read_text()
