import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serviceniveau.settings")

app = Celery("serviceniveau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
