"""Mail servers that behave badly."""

from smtplib import SMTPServerDisconnected

from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected("connection unexpectedly closed")


class Dying(BaseEmailBackend):
    """As a worker that is killed between the row and the mail."""

    def send_messages(self, messages):
        raise SystemExit
