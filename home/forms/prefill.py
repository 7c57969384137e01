"""Data that the site has of an account beyond its name and address, to fill in forms in advance."""

from functools import singledispatch

from home.access import Visitor


@singledispatch
def organisation_of(visitor: Visitor) -> str:
    """Return the name of the organisation that the visitor works in, or an empty string.

    The application that has the accounts registers its own implementation.
    """
    return ""
