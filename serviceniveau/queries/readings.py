"""The monthly random samples of who has read cases, as those see them who may."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from roles.models import Permission, RoleAssignment, User
from roles.permissions import units_with
from serviceniveau.models import ReadSample, ReadSampleItem
from serviceniveau.queries.readers import with_roles

SHOWN_SAMPLES = 60


@dataclass(frozen=True)
class SampledLook:
    item: ReadSampleItem
    roles: list[RoleAssignment]
    is_own: bool


def visible_samples(user: User | AnonymousUser) -> QuerySet[ReadSample]:
    return ReadSample.objects.filter(unit__in=units_with(user, Permission.VIEW_READ_LOG))


def visible_items(user: User | AnonymousUser) -> QuerySet[ReadSampleItem]:
    return ReadSampleItem.objects.filter(sample__unit__in=units_with(user, Permission.VIEW_READ_LOG))


def samples_with_progress(user: User) -> list[ReadSample]:
    """The newest first, each with `drawn`, `waiting` and `to_clear`."""
    counted = visible_samples(user).annotate(
        drawn=Count("items"),
        waiting=Count("items", filter=Q(items__finding="")),
        to_clear=Count("items", filter=Q(items__finding=ReadSampleItem.Finding.ASK)),
    )
    return list(counted.select_related("unit").order_by("-month", "unit__path")[:SHOWN_SAMPLES])


def looks_in(sample: ReadSample, *, user: User) -> list[SampledLook]:
    items = list(
        sample.items.select_related("read__user", "case__caseworker", "checked_by").order_by("read__at", "pk")
    )
    roles = with_roles([item.read for item in items])
    return [
        SampledLook(item, held, is_own=item.read.user_id == user.pk)
        for item, (_, held) in zip(items, roles, strict=True)
    ]
