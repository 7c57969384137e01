"""allauth's forms with the site's labels and without placeholders."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn import forms as key_forms
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from directory.accounts.adapter import CODE, RESET
from directory.accounts.staff_access import end_today
from directory.models import User
from home.forms.fields import plain
from home.forms.rate_limits import QUARTER, client_network, refuse_flood, too_many_for_everyone
from home.forms.typed import fill_again
from home.mail import outbox


class PlainMixin(forms.Form):
    """Removes placeholders, sets the labels in `words`, reads addresses and lines as the site's own forms do.

    Filled with what was typed before a log-in (home.forms.typed).
    """

    words: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, read_by_library in self.fields.items():
            self.fields[name] = field = plain(read_by_library)
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label = self.words[name]
        if context.request is not None:
            fill_again(self, context.request)


class LoginForm(PlainMixin, allauth_forms.LoginForm):
    words = {"login": "Adresse e-mail", "password": "Mot de passe"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has the link

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        end_today(request)  # again: allauth has just made the session of a password last
        return response


class RequestLoginCodeForm(PlainMixin, allauth_forms.RequestLoginCodeForm):
    words = {"email": "Adresse e-mail"}
    _user: User | None

    def clean_email(self) -> str:
        """Refuse too many codes with a 429, as every form that sends e-mail does.

        Known and unknown addresses are counted alike. allauth sends no second code to a browser that awaits one.
        """
        try:
            email = str(super().clean_email())
        except ValidationError as refusal:  # allauth refuses nothing but its own rate limit here
            raise ImmediateHttpResponse(refuse_flood(context.request)) from refusal
        # An address that waits for its confirmation may be somebody else's: nobody logs in with it.
        if self._user is not None and self._user.email != email.lower():
            self._user = None
        if not may_have_code(context.request, email.lower()):
            raise ImmediateHttpResponse(refuse_flood(context.request, QUARTER))
        too_many_for_everyone("code de connexion")  # alerts the team, and never closes the log-in
        if self._user is None:
            adapter = get_adapter()
            adapter.send_nothing(CODE, email, {"code": adapter.generate_login_code()})
        return email


def may_have_code(request: HttpRequest, address: str) -> bool:
    """Count a code for this address and return whether it may be sent.

    The limit per network is lower than the limit per address, so that nobody can use up someone else's codes.
    """
    here = f"{address} {client_network(request)}"
    return ratelimit.consume(request, action="login_code_here", key=here) and ratelimit.consume(
        request, action="login_code_anywhere", key=address
    )


class ConfirmLoginCodeForm(PlainMixin, allauth_forms.ConfirmLoginCodeForm):
    words = {"code": "Code reçu par e-mail"}


class ResetPasswordForm(PlainMixin, allauth_forms.ResetPasswordForm):
    words = {"email": "Adresse e-mail"}
    users: list[User]

    def clean_email(self) -> str:
        email = str(super().clean_email())
        self.users = [user for user in self.users if user.email == email.lower()]  # as above
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        too_many_for_everyone("mot de passe oublié")  # alerts the team, as above
        if not self.users:
            url = outbox.absolute_url(reverse("account_reset_password"))
            get_adapter().send_nothing(
                RESET, self.cleaned_data["email"], {"password_reset_url": url}
            )
        return str(super().save(request, **kwargs))


class ResetPasswordKeyForm(PlainMixin, allauth_forms.ResetPasswordKeyForm):
    words = {"password1": "Nouveau mot de passe", "password2": "Le même, encore une fois"}


class ChangePasswordForm(PlainMixin, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": "Mot de passe actuel",
        "password1": "Nouveau mot de passe",
        "password2": "Le même, encore une fois",
    }


class SetPasswordForm(PlainMixin, allauth_forms.SetPasswordForm):
    words = {"password1": "Mot de passe", "password2": "Le même, encore une fois"}


class AddEmailForm(PlainMixin, allauth_forms.AddEmailForm):
    words = {"email": "Nouvelle adresse e-mail"}


class ReauthenticateForm(PlainMixin, allauth_forms.ReauthenticateForm):
    words = {"password": "Mot de passe"}


class AddKeyForm(PlainMixin, key_forms.AddWebAuthnForm):
    words = {
        "name": "Nom de la clé",
        "passwordless": "Me connecter avec cette clé seule, sans mot de passe ni code",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "passwordless"
        ].help_text = "L’appareil demande alors votre empreinte, votre visage ou son code."


class RenameKeyForm(PlainMixin, key_forms.EditWebAuthnForm):
    words = {"name": "Nom de la clé"}
