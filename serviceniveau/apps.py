from django.apps import AppConfig


class ServiceniveauConfig(AppConfig):
    name = "serviceniveau"
    verbose_name = "Serviceniveau"
