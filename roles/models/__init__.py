from roles.models.access import ReadLog, Role, RoleAssignment, RoleCode, UnitPermission
from roles.models.duties import CalendarFeed, Duty
from roles.models.mail import MailLog, MailTemplate
from roles.models.organisation import Unit
from roles.models.oversight import Attestation, AttestationItem, RoleRequest
from roles.models.people import User
from roles.models.plans import (
    Event,
    EventKind,
    InformationLevel,
    Involvement,
    Phase,
    PlanRole,
    Responsibility,
    ResponsibilityPlan,
    Timing,
)
from roles.models.rights import Permission

__all__ = [
    "Attestation",
    "AttestationItem",
    "CalendarFeed",
    "Duty",
    "Event",
    "EventKind",
    "InformationLevel",
    "Involvement",
    "MailLog",
    "MailTemplate",
    "Permission",
    "Phase",
    "PlanRole",
    "ReadLog",
    "Responsibility",
    "ResponsibilityPlan",
    "Role",
    "RoleAssignment",
    "RoleCode",
    "RoleRequest",
    "Timing",
    "Unit",
    "UnitPermission",
    "User",
]
