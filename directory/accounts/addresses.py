"""Addresses of accounts that were not written by `User.save`: repaired at each release."""

from directory.models import User

#: Domain of the addresses that migration 0013 gave to accounts that had lost theirs. Nobody receives their mail.
LOST = "@adresse.invalid"


def confirm_addresses() -> None:
    """Confirm the address of each account that has no confirmed one. Safe to repeat."""
    for user in User.objects.without_confirmed_address():
        user.save(update_fields=["email"])


def lost_addresses() -> list[str]:
    """Return the addresses of accounts for which staff must type the right one."""
    lost = User.objects.filter(email__endswith=LOST).order_by("email")
    return list(lost.values_list("email", flat=True))
