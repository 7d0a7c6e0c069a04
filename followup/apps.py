from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = "Opfølgning"

    def ready(self) -> None:
        from followup.actions.agreed import register_actions  # noqa: PLC0415 - needs the models
        from followup.queries.digest import signal_letters  # noqa: PLC0415 - needs the models
        from roles.letter_sources import register  # noqa: PLC0415 - needs the models

        register("signaler", signal_letters)
        register_actions()
