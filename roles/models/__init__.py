from roles.models.access import ReadLog, Role, RoleAssignment, RoleCode, UnitPermission
from roles.models.organisation import Unit
from roles.models.people import User
from roles.models.rights import Permission

__all__ = ["Permission", "ReadLog", "Role", "RoleAssignment", "RoleCode", "Unit", "UnitPermission", "User"]
