"""Open duties go with the event that they were timed to."""

from django.core.exceptions import ValidationError

from roles.models import Duty, Event


def drop_duties_of(event: Event) -> None:
    """Raises ValidationError when some of them are done. Call it in a transaction."""
    duties = Duty.objects.select_for_update().filter(event=event)
    if done := duties.exclude(done_at=None).count():
        told = "en udført opgave" if done == 1 else f"{done} udførte opgaver"
        raise ValidationError(f"Begivenheden har {told} og bliver stående, så det kan forklares.")
    duties.delete()
