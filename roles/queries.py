from datetime import date

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from redis import Redis, RedisError

from roles.models import RoleAssignment, Unit, User


def current_assignments(user: User, *, on: date | None = None) -> list[RoleAssignment]:
    """The user's roles on a day, with role and unit."""
    held = RoleAssignment.objects.current(on=on).filter(user=user)
    return list(held.select_related("role", "unit", "deputy_of").order_by("role__position", "unit__path"))


def organisation_tree(*, on: date | None = None) -> QuerySet[Unit]:
    """Open units in tree order, each with `current`: today's assignments with user and role."""
    current = RoleAssignment.objects.current(on=on).select_related("user", "role")
    ordered = current.order_by("role__position", "user__name")
    return Unit.objects.open(on=on or localdate()).prefetch_related(
        Prefetch("assignments", queryset=ordered, to_attr="current")
    )


def broken_dependencies() -> list[str]:
    """Names of what the program needs and gets no answer from; empty when it is ready."""
    broken = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            broken.append("migrations")
    except OperationalError:
        broken.append("database")
    try:
        policy = Redis.from_url(settings.REDIS_URL, socket_timeout=2).config_get("maxmemory-policy")
        if policy != {"maxmemory-policy": "noeviction"}:
            broken.append("broker-evicts")  # it would drop jobs under memory pressure
    except RedisError:
        broken.append("broker")
    return broken
