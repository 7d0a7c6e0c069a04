from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access.house import House

# Sessions in the cookie and a cache that is emptied for every visit: nobody is turned away for asking often,
# and the database answers half the questions.
QUICK = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "SESSION_SAVE_EVERY_REQUEST": False,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
}


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker) -> Iterator[House]:
    """Built once; everything is taken back at the end, and every request before the next."""
    with django_db_blocker.unblock(), override_settings(**QUICK), transaction.atomic():
        yield House()
        transaction.set_rollback(True)
