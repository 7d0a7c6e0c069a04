"""Mails to a person about the own account. Sent when the change stands; a lost mail undoes nothing."""

from allauth.account.forms import ResetPasswordForm
from allauth.core.context import request_context
from django.core.mail import send_mail
from django.db import transaction

from roles.models import User
from roles.permissions import Request

NEW_ADDRESS = """Hej

Din e-mail i Serviceniveau er ændret, og du logger nu ind med den nye. Den gamle kan ikke længere bruges.

Har du ikke bedt om det, så sig det straks til den, der administrerer brugerne hos jer.
"""


def send_password_link(request: Request, person: User) -> None:
    """The same mail as from "Har du glemt din adgangskode"."""
    form = ResetPasswordForm({"email": person.email})

    def send() -> None:
        with request_context(request):
            form.save(request)

    if form.is_valid():
        transaction.on_commit(send, robust=True)


def tell_of_new_address(former: User) -> None:
    """To the old address: who takes over an account by its e-mail shall not do it unseen."""

    def send() -> None:
        send_mail("Din e-mail i Serviceniveau er ændret", NEW_ADDRESS, None, [former.email])

    transaction.on_commit(send, robust=True)
