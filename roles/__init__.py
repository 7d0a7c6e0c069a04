"""Who: people, organisation, roles, the one permission door; who does what, and the duties that come of it.

Owns: User, Unit, Role, RoleAssignment, RoleRequest, Attestation, UnitPermission, ReadLog,
ResponsibilityPlan … Responsibility, Event, Duty, CalendarFeed, MailTemplate, MailLog.
Imports nothing of ours.
"""
