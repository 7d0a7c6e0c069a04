from roles.actions import take_in_organisation
from roles.actions.files.outcome import ImportOutcome
from roles.models import User
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, perform
from serviceniveau.models import ImportRun


def import_organisation(
    *, file: DeliveredFile, by: User | None = None, dry_run: bool = False, mapping: bytes | None = None
) -> ImportOutcome:
    """Take in the operator's file; the same file again changes nothing. Raises FileRefused."""
    delivery = Delivery(ImportRun.Subject.ORGANISATION, file, "", by)
    return perform(delivery, lambda: take_in_organisation(file.content, mapping=mapping), dry_run=dry_run)


def deliver_organisation(*, file: DeliveredFile, by: User, dry_run: bool = False) -> ImportOutcome:
    """Take in an administrator's file, with no more rights than on the pages. Raises FileRefused."""
    delivery = Delivery(ImportRun.Subject.ORGANISATION, file, "", by)
    return perform(delivery, lambda: take_in_organisation(file.content, by=by), dry_run=dry_run)
