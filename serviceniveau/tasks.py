from datetime import timedelta

import structlog
from django.utils.timezone import localdate

from serviceniveau.actions.readings import draw_read_samples
from serviceniveau.celery import app

log = structlog.get_logger(__name__)


@app.task
def draw_last_months_samples() -> None:
    """For the leaders to look at; a second run draws nothing."""
    month = (localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    log.info("read_samples", month=str(month), drawn=draw_read_samples(month=month))
