"""Accounts, whose address is such a column, stand for all of them."""

import pytest
from django.core.management import call_command

from directory.models import User

pytestmark = pytest.mark.django_db

HIDDEN = "\u200bÉ\u2060cole@Exemple.FR\u00a0".replace("É", "E")


def test_an_address_is_stored_in_one_writing_however_the_row_is_made() -> None:
    User.objects.create_user(HIDDEN)
    row = User(email="\ufeffAutre@exemple.fr")
    row.save()
    User.objects.filter(pk=row.pk).update(email="Troisi\u00ademe@exemple.fr")

    assert row.email == "autre@exemple.fr"
    assert sorted(User.objects.values_list("email", flat=True)) == [
        "ecole@exemple.fr",
        "troisieme@exemple.fr",
    ]


def test_an_address_is_found_in_any_writing() -> None:
    user = User.objects.create_user("elise@école.fr")

    assert User.objects.get(email="Elise@\u200bXN--COLE-9OA.fr") == user
    assert User.objects.get_by_natural_key("Elise@\u200bXN--COLE-9OA.fr") == user
    assert User.objects.get(email__in=["elise@e\u0301cole.fr"]) == user


def test_the_command_that_makes_the_first_account_cleans_its_address() -> None:
    call_command("createsuperuser", email=HIDDEN, interactive=False)

    assert User.objects.get().email == "ecole@exemple.fr"
