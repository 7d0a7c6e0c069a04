"""Units in a list of choices."""

from django import template

from roles.models import Unit

register = template.Library()

INDENT = "\N{NO-BREAK SPACE}" * 4


@register.filter
def indented(unit: Unit) -> str:
    """The unit's name, as far in as it lies in the tree."""
    return f"{INDENT * unit.depth}{unit.name}"
