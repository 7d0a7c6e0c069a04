"""Containers and settings agree: no variable is set that nothing reads, or read that nobody can set."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OUR_SERVICES = ["web", "worker", "beat", "migrate"]
# Read by the official PostgreSQL image, not by us.
POSTGRES_IMAGE = {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
# Put together in docker-compose.yml, so an operator has nothing to fill in.
COMPOSED = {"DATABASE_URL", "REDIS_URL"}


def names_read_by_settings():
    return set(
        re.findall(r'\benv(?:\.\w+)?\(\s*"(\w+)"', (ROOT / "serviceniveau" / "settings.py").read_text())
    )


def names_in_env_example():
    return set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


@pytest.mark.parametrize("service", OUR_SERVICES)
def test_service_gets_exactly_what_settings_read(service):
    assert set(COMPOSE["services"][service]["environment"]) == names_read_by_settings()


def test_env_example_lists_what_an_operator_decides():
    assert names_in_env_example() == names_read_by_settings() - COMPOSED | {"POSTGRES_PASSWORD"}


def test_compose_asks_for_exactly_what_env_example_lists():
    asked_for = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))

    assert asked_for == names_in_env_example()


def test_other_services_get_only_their_images_variables():
    others = {name: set(service.get("environment", {})) for name, service in COMPOSE["services"].items()}

    assert {name: others[name] for name in others.keys() - OUR_SERVICES} == {
        "postgres": POSTGRES_IMAGE,
        "valkey": set(),
    }


def test_every_lasting_service_has_a_health_check():
    without = {name for name, service in COMPOSE["services"].items() if "healthcheck" not in service}

    assert without == {"migrate"}


def test_image_copies_files_that_exist():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}

    assert {name for name in names if not (ROOT / name).exists()} == set()
