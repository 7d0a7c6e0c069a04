"""Every URL of the program with who may open it: read from the declarations on the views."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from roles.models import Permission, RoleCode
from roles.permissions import ROLE_PERMISSIONS, Audience


@dataclass(frozen=True)
class Page:
    path: str
    name: str
    who: Permission | Audience | None
    methods: tuple[str, ...]


def pages() -> list[Page]:
    return [_page(prefix, pattern) for prefix, pattern in _walk(get_resolver(), "/")]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def _page(path: str, pattern: URLPattern) -> Page:
    view: Any = pattern.callback
    who, methods = getattr(view, "access", None), getattr(view, "methods", ())
    return Page(path=path, name=pattern.name or "", who=who, methods=methods)


def roles_that_may(who: Permission | Audience | None) -> list[RoleCode]:
    """The roles that open a page; a page for an audience is open to every role."""
    if not isinstance(who, Permission):
        return list(RoleCode) if who else []
    return [role for role in RoleCode if who in ROLE_PERMISSIONS[role]]
