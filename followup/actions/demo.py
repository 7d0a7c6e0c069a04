"""What the demonstration needs besides the made-up municipality: an empty start, and known passwords."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet

from followup.simulation.names import DOMAIN
from roles.models import RoleAssignment, User
from roles.models.history import acting
from roles.queries.organisation import DEMO_PASSWORD, demo_logins
from serviceniveau.models import Registration


def refuse_outside_demo() -> None:
    if not settings.DEMO:
        raise ValidationError("Kun demoen må gøre dette: sæt DEMO=true, eller start den med ./run demo.")


def has_data() -> bool:
    return Registration.objects.exists()


def empty_database() -> None:
    """Remove every table, so that the migrations begin anew."""
    refuse_outside_demo()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("RESET lock_timeout")
    _forget_connections()


def _forget_connections() -> None:
    """Prepared statements and type numbers of the old tables must not meet the new ones."""
    wrapper: Any = connection
    wrapper.close()
    if hasattr(wrapper, "close_pool"):
        wrapper.close_pool()


@transaction.atomic
def open_logins() -> list[tuple[str, str, str]]:
    """Give one holder of every role the demonstration's password; returns (role, name, e-mail)."""
    refuse_outside_demo()
    with acting(reason="demo"):
        for user in User.objects.filter(pk__in=_first_of_each_role()):
            if not user.check_password(DEMO_PASSWORD):
                user.set_password(DEMO_PASSWORD)
                user.save(update_fields=["password"])
    return demo_logins()


def _first_of_each_role() -> QuerySet[RoleAssignment, int]:
    """In the order of the units and then of names, which the made-up municipality is built around."""
    held = RoleAssignment.objects.current().filter(
        user__email__endswith=DOMAIN, user__is_active=True, deputy_of=None
    )
    first = held.order_by("role__position", "unit__path", "user__name", "pk").distinct("role__position")
    return first.values_list("user_id", flat=True)
