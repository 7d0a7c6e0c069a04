from collections.abc import Iterable

from roles.models import ReadLog, User


def log_read(*, by: User, act: str, subject: str, keys: Iterable[int | str], purpose: str) -> ReadLog:
    """Write down who saw which rows; call it in the transaction that reads them."""
    return ReadLog.objects.create(user=by, act=act, subject=subject, keys=list(keys), purpose=purpose)
