from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from roles.models.history import history, history_triggers
from roles.models.rights import Permission
from roles.models.sorting import Danish


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of staff or of the council. No superusers: every right comes through a role at a unit."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField("navn", max_length=120)
    staff_code = models.CharField(
        "medarbejderkode",
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": "Medarbejderkoden bruges allerede af en anden."},
    )  # noqa: DJ001 - unique when known
    is_active = models.BooleanField("aktiv", default=True)
    joined_at = models.DateTimeField("oprettet", auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects = UserManager()
    history = history(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = "bruger"
        verbose_name_plural = "brugere"
        ordering: ClassVar = [Danish("name")]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        triggers: ClassVar = history_triggers(partial=True)

    # Today's permissions with the path of their unit and the one deputised for ("" when held by oneself),
    # read once per request by roles.permissions.
    held: list[tuple[Permission, str, str]] | None = None

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]
