from django.db import models


class Permission(models.TextChoices):
    """What a role may do at a unit. `roles.permissions.ROLE_PERMISSIONS` says which role has which."""

    VIEW_CASE = "view_case", "Se sager og afgørelser"
    REGISTER_DECISION = "register_decision", "Registrere og rette afgørelser"
    APPROVE_DECISION = "approve_decision", "Godkende afgørelser ud over sagsbehandlerens kompetence"
    VIEW_CASEWORKER_FIGURES = "view_caseworker_figures", "Se tal for den enkelte sagsbehandler"
    VIEW_SIGNALS = "view_signals", "Se signaler og nøjagtige tal for enheder"
    VIEW_OVERVIEW = "view_overview", "Se det politiske overblik"
    EDIT_STANDARD = "edit_standard", "Udarbejde og registrere kvalitetsstandarder"
    VIEW_OPERATIONS = "view_operations", "Se månedsafslutning og indlæsninger"
    MANAGE_ORGANISATION = "manage_organisation", "Administrere organisation og roller"
    HANDLE_SIGNAL = "handle_signal", "Forklare signaler, acceptere dem for en tid og aftale handlinger"
    SET_DETECTOR = "set_detector", "Indstille, hvornår et signal vises"
    EDIT_PLAN = "edit_plan", "Udarbejde rolle- og ansvarsfordelinger og registrere, at de er vedtaget"
    CONFIRM_ROLES = "confirm_roles", "Bekræfte, hvem der har roller i enheden"
    VIEW_READ_LOG = "view_read_log", "Se, hvem der har set en sag"

    @property
    def inherits(self) -> bool:
        """Whether the right reaches the units below. One caseworker's figures stay with the leader."""
        return self is not Permission.VIEW_CASEWORKER_FIGURES
