"""What the type checker is told of requests behind the members' gate or in the back office."""

from django.http import HttpRequest

from directory.models.accounts import User


class AccountRequest(HttpRequest):
    """A request whose visitor is logged in: the gate before the view has seen to it."""

    user: User
