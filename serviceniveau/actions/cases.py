from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from roles.models import User
from roles.models.cpr import refuse_cpr
from serviceniveau.models import OWN_SOURCE, Case

OLDEST_YEAR = 1900
NUMBER_TAKEN = "Sagsnummeret er i brug i forvejen. Skriv et andet, eller spørg din leder om adgang til sagen."


def open_case(*, case: Case, by: User) -> Case:
    """Save a new case with its first caseworker. Raises ValidationError by field of the decision form."""
    case.source, case.caseworker = OWN_SOURCE, by
    _refuse_number(case.number)
    if case.birth_year is None or not OLDEST_YEAR <= case.birth_year <= localdate().year:
        raise ValidationError({"birth_year": "Skriv fødselsåret med fire cifre, fx 1990."})
    if Case.objects.filter(source=OWN_SOURCE, number=case.number).exists():
        raise ValidationError({"case_number": NUMBER_TAKEN})
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:  # somebody opened it in the same moment
        raise ValidationError({"case_number": NUMBER_TAKEN}) from error
    return case


def _refuse_number(number: str) -> None:
    try:
        refuse_cpr(number)
    except ValidationError as error:
        raise ValidationError({"case_number": error.messages}) from error
