"""System checks: no start when a page has no declared access or when history would lose columns."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from pgtrigger.core import INSTALLED
from pgtrigger.registry import registered

from roles.access_map import pages
from roles.queries.health import migrations_are_pending


@register(Tags.urls)
def every_page_declares_access(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"{page.path} ({page.name}) declares no access.", id="roles.E001")
        for page in pages()
        if page.who is None
    ]


@register(Tags.models)
def history_follows_its_model(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for model in apps.get_models():
        if not hasattr(model, "history"):
            continue
        manager: Any = model.history
        expected = {f.attname for f in model._meta.concrete_fields} - set(
            getattr(manager.model, "_history_excluded_fields", [])
        )
        stored = {f.attname for f in manager.model._meta.concrete_fields}
        if missing := expected - stored:
            found.append(Error(f"History of {model._meta.label} lacks {sorted(missing)}.", id="roles.E002"))
        names = {trigger.name for trigger in getattr(model._meta, "triggers", [])}
        if not {"history_insert", "history_update", "history_delete"} <= names:
            found.append(Error(f"{model._meta.label} has history but no history triggers.", id="roles.E003"))
    return found


@register(Tags.database)
def installed_triggers_are_current(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Compare each trigger in the database with the one its model asks for today."""
    if not databases or migrations_are_pending():
        return []  # `migrate` runs these checks first, and is what mends the triggers
    found: list[CheckMessage] = []
    for model, trigger in registered():
        status = trigger.get_installation_status(model)[0]
        if status != INSTALLED:
            text = f"Trigger {trigger.name} on {model._meta.label} is {status.lower()}: run migrate."
            found.append(Error(text, id="roles.E004"))
    return found
