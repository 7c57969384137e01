"""Accounts in the back office: Wagtail's own screens, with the fields of the site."""

from typing import Any

from django import forms
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from home.forms.fields import plain

#: Wagtail's own speaks of a user name.
TAKEN = {"duplicate_username": "Un compte a déjà cette adresse e-mail."}


class PlainUserMixin(forms.BaseForm):
    """Reads the address and the names by the rules of every other form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.fields[name] = plain(field)


class AccountCreationForm(PlainUserMixin, UserCreationForm):
    error_messages = UserCreationForm.error_messages | TAKEN


class AccountEditForm(PlainUserMixin, UserEditForm):
    error_messages = UserEditForm.error_messages | TAKEN


class AccountViewSet(UserViewSet):
    def get_form_class(self, for_update: bool = False) -> type[forms.BaseForm]:
        return AccountEditForm if for_update else AccountCreationForm
