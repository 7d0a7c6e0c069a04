from roles.models import Permission, Unit, User
from roles.permissions import may
from serviceniveau.queries.judgement import Assessment


def is_beyond_competence(assessments: list[Assessment], *, unit: Unit, by: User) -> bool:
    """Whether the amount is more than this person may grant without the leader."""
    exceeds = any(
        assessment.level is not None
        and assessment.level.approval_above is not None
        and assessment.amount is not None
        and assessment.amount > assessment.level.approval_above
        for assessment in assessments
    )
    return exceeds and not may(by, Permission.APPROVE_DECISION, unit)
