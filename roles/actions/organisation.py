from datetime import date

from django.db import transaction

from roles.models import Unit

FIRST_DAY = date(2007, 1, 1)  # the municipalities of today


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None, opened_on: date = FIRST_DAY, district: str = ""
) -> Unit:
    unit = Unit(code=code, name=name, kind=kind, parent=parent, opened_on=opened_on, district=district)
    unit.path = unit.path_below(parent)
    unit.full_clean()
    unit.save()
    return unit
