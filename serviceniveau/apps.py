from django.apps import AppConfig


class ServiceniveauConfig(AppConfig):
    name = "serviceniveau"
    verbose_name = "Serviceniveau"

    def ready(self) -> None:
        from serviceniveau.actions.moving import register_cases  # noqa: PLC0415 - needs the models

        register_cases()
