import pytest

from roles.models import User
from tests.factories import UserFactory


@pytest.mark.django_db
def test_names_sort_as_danes_sort_them():
    for name in ("Åse", "Ørn", "Aage", "Ære", "Zenia", "Bo", "eva", "Éa"):
        UserFactory(name=name)

    assert [user.name for user in User.objects.all()] == [
        "Bo",
        "Éa",
        "eva",
        "Zenia",
        "Ære",
        "Ørn",
        "Aage",
        "Åse",
    ]
