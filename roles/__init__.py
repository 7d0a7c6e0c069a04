"""Who: people, organisation, roles and the one permission door.

Owns: User, Unit, Role, RoleAssignment, UnitPermission, ReadLog. Imports nothing of ours.
"""
