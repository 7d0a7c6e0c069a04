"""Pieces of the frame around every page: icons, main menu, form controls in the design system's markup."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea, Widget
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """One symbol of the design system's sprite; hidden from screen readers unless it has a label."""
    sprite = static("build/img/all-svg-icons.svg")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon-svg {}" focusable="false" {}><use href="{}#{}"></use></svg>',
        classes,
        spoken,
        sprite,
        name,
    )


@dataclass(frozen=True)
class MenuLink:
    href: str
    label: str
    is_active: bool
    is_current: bool


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[MenuLink]:
    """The menu, marking the entry that the page belongs to: the longest address that its own begins with."""
    path = context["request"].path
    entries = [(href, label) for name, label in context.get("menu", []) if (href := _address(name))]
    above = max((href for href, _ in entries if path.startswith(href)), key=len, default="")
    return [MenuLink(href, label, href == above, href == path) for href, label in entries]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with the design system's class, and its hint and error tied to it."""
    attributes: dict[str, str | bool] = {
        "class": f"{_control_class(field.field.widget)} {field.field.widget.attrs.get('class', '')}".strip()
    }
    if described := described_by(field):
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    field.field.widget.attrs.pop("placeholder", None)  # the label says it already, and stays when one types
    return field.as_widget(attrs=attributes)


def _control_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-checkbox"
    if isinstance(widget, RadioSelect):
        return "form-radio"
    if isinstance(widget, Select):
        return "form-select"
    return "form-input form-textarea" if isinstance(widget, Textarea) else "form-input"


@register.filter
def described_by(field: BoundField) -> str:
    notes = [("hint", field.help_text), ("error", field.errors)]
    return " ".join(f"{field.id_for_label}-{kind}" for kind, present in notes if present)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_radio(field: BoundField) -> bool:
    return isinstance(field.field.widget, RadioSelect)
