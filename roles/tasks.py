"""What the clock asks for. Every task can be run again, and beside itself, and does its work once."""

import structlog
from celery import shared_task
from django.utils.timezone import localdate

from roles.actions.attestations import open_attestations
from roles.actions.closing import move_residents_of_closed_units
from roles.actions.duties import escalate, follow_plans
from roles.actions.letters import send_letters
from roles.models.history import acting

log = structlog.get_logger(__name__)


@shared_task
def keep_duties() -> None:
    """Every night: hand over from closed units, follow the plans, send on what is long overdue."""
    moved = move_residents_of_closed_units()
    with acting(reason="Opgaverne følger planerne"):
        changed = follow_plans()
    with acting(reason="Opgaver går videre, fordi fristen er overskredet"):
        escalated = escalate()
    log.info("duties", units_moved=moved, **vars(changed), escalated=escalated)


@shared_task
def post_letters() -> None:
    log.info("letters", **vars(send_letters()))


@shared_task
def start_attestations() -> None:
    """The review of roles as they stood on the first of the month."""
    opened = open_attestations(as_of=localdate().replace(day=1))
    log.info("attestations", opened=len(opened))
