"""The words of the letters are changed here, and tried out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.letter_fields import example_values, faults, fill
from roles.models import MailTemplate, User
from roles.models.cpr import refuse_cpr
from roles.models.history import record_actor

LONGEST_BODY = 4000


class TemplateConflict(ValidationError):
    """Somebody else saved the letter after it was opened; `current` is what stands now."""

    def __init__(self, current: MailTemplate) -> None:
        super().__init__("Mailen er rettet af en anden, siden du åbnede den. Se forskellene, og gem igen.")
        self.current = current


@transaction.atomic
def change_template(
    *, template: MailTemplate, subject: str, body: str, edition: int, by: User
) -> MailTemplate:
    """Raises TemplateConflict when it was changed after `edition` was read."""
    changed = MailTemplate.objects.select_for_update().get(pk=template.pk)
    if changed.edition != edition:
        raise TemplateConflict(changed)
    changed.subject, changed.body = subject.strip(), body.replace("\r\n", "\n").strip()
    refuse_text(changed)
    changed.edition += 1
    record_actor(user_id=by.pk, reason=f"Retter mailen {changed}")
    changed.save(update_fields=["subject", "body", "edition"])
    return changed


def preview(*, template: MailTemplate, subject: str, body: str) -> tuple[str, str]:
    """Subject and body as one could get them. Raises ValidationError where they cannot be sent."""
    tried = MailTemplate(code=template.code, subject=subject.strip(), body=body.replace("\r\n", "\n").strip())
    refuse_text(tried)
    return tried.subject, fill(tried.body, example_values(tried.code))


def refuse_text(template: MailTemplate) -> None:
    """A subject is the same for everybody: it is read on locked screens and holds no field."""
    template.clean_fields(exclude=["code", "edition"])
    problems: dict[str, list[str]] = {}
    if "{" in template.subject or "}" in template.subject or not template.subject.isprintable():
        problems["subject"] = ["Emnet er ens for alle og kan ikke indeholde felter eller linjeskift."]
    if len(template.body) > LONGEST_BODY:
        problems["body"] = [f"Teksten må højst fylde {LONGEST_BODY} tegn."]
    elif found := faults(template.body, template.code):
        problems["body"] = found
    for name in ("subject", "body"):
        try:
            refuse_cpr(getattr(template, name))
        except ValidationError as error:
            problems.setdefault(name, []).extend(error.messages)
    if problems:
        raise ValidationError(problems)
