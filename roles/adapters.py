from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest

TOO_MANY = "too_many_login_attempts"


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts come with the organisation; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer too many attempts with 429, as programs understand it, not with the form again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if error.code != TOO_MANY:
                raise
            raise ImmediateHttpResponse(respond_429(request)) from error
