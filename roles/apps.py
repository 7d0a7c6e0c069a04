from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "roles"
    verbose_name = "Organisation og roller"

    def ready(self) -> None:
        from roles import checks  # noqa: F401, PLC0415 - checks register themselves on import
