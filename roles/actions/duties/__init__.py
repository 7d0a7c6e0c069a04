from roles.actions.duties.doing import do_duty, reopen_duty
from roles.actions.duties.dropping import drop_duties_of
from roles.actions.duties.escalating import escalate
from roles.actions.duties.following import Changed, follow_plans, take_turn
from roles.actions.duties.moving import move_duties
from roles.actions.duties.seating import reseat

__all__ = [
    "Changed",
    "do_duty",
    "drop_duties_of",
    "escalate",
    "follow_plans",
    "move_duties",
    "reopen_duty",
    "reseat",
    "take_turn",
]
