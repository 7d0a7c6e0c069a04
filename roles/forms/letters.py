"""The words of a letter."""

from __future__ import annotations

from django import forms

from roles.forms.plain import PlainForm
from roles.models import MailTemplate


class TemplateForm(PlainForm):
    """What the letter may hold is asked of the action, which also answers the preview."""

    subject = forms.CharField(
        label="Emne", max_length=120, help_text="Ens for alle modtagere, og uden personoplysninger."
    )
    body = forms.CharField(label="Tekst", max_length=4000, widget=forms.Textarea(attrs={"rows": 14}))
    edition = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, template: MailTemplate) -> TemplateForm:
        return cls(initial={"subject": template.subject, "body": template.body, "edition": template.edition})
