"""The pages of the app `serviceniveau` (its `urls.py` is the roof of the whole house)."""

from typing import Any

urlpatterns: list[Any] = []
