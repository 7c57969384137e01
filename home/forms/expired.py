"""Public forms posted without a valid CSRF token where one was asked for, shown again with the posted values."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

EXPIRED = (
    "Ce formulaire est resté ouvert trop longtemps, ou votre navigateur ne dit pas de quel site il vient\u00a0: il doit "
    "alors accepter nos cookies. Rien n’est encore envoyé\u00a0: vos réponses sont gardées, envoyez-les de nouveau."
)

Form = TypeVar("Form", bound=forms.BaseForm)
View = TypeVar("View", bound=Callable[..., Any])


@singledispatch
def show_again(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Render the page's form with the posted values, without processing it. Return None if the page has no form.

    Page types with a form register their own implementation.
    """
    return None


def shown_again(show: Callable[[HttpRequest], HttpResponse]) -> Callable[[View], View]:
    """Decorate the view of a form that is no page: `show` does what `show_again` does."""

    def mark(view: View) -> View:
        vars(view)["show_again"] = show
        return view

    return mark


def expired(form: Form) -> Form:
    """Add the sentence to the posted form. Return it."""
    form.full_clean()
    form.add_error(None, EXPIRED)
    return form
