"""A member's organisation, offered in forms."""

from directory.models import Member, User
from home.forms.prefill import organisation_of


@organisation_of.register
def workplace_of(user: User) -> str:
    member = Member.objects.of_user(user)
    return member.workplace if member else ""
