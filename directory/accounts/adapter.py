"""The site's allauth adapter: no sign-up, links built from BASE_URL, e-mails sent through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.mail import EmailMessage  # noqa: TID251 -- the type that allauth passes to the outbox
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from directory.accounts.bookmarks import save_after_log_in
from directory.accounts.staff_access import end_today
from directory.models import User
from home.forms.rate_limits import client_ip
from home.mail.backends import write_and_discard
from home.mail.outbox import absolute_url, had_enough
from home.models import OutgoingEmail
from home.prefetch.parts import parts_of

#: allauth's template prefixes, and the kind shown to staff in the list of e-mails.
CODE, RESET = "account/email/login_code", "account/email/password_reset_key"
FORGOTTEN = "mot de passe oublié"
MAIL_KINDS = {
    CODE: "code de connexion",
    RESET: FORGOTTEN,
    "account/email/email_confirmation": "adresse à confirmer",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne sont pas les bons.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon. Vérifiez le dernier message reçu.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "too_many_login_attempts": (
            "Trop d’essais pour cette adresse. Attendez cinq minutes avant de recommencer."
        ),
        "rate_limited": "Trop de demandes. Attendez une minute avant de recommencer.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are created by admitting a join request or importing members."""
        return False

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        message = super().render_mail(template_prefix, email, context, headers)
        kind = MAIL_KINDS.get(template_prefix, "sécurité du compte")
        message.kind, message.area = kind, OutgoingEmail.Area.MEMBERS  # read by the outbox
        return message

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        save_after_log_in(request, user, redirect_url or "")
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, **kwargs
        )
        return response

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send at most one link per 15 minutes and five per day. The last link sent remains valid."""
        with transaction.atomic():
            # Lock the account: two simultaneous posts send one message.
            User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            if had_enough(kind=FORGOTTEN, to=user.email):
                self.send_nothing(RESET, email, context)
            else:
                super().send_password_reset_mail(user, email, context)

    def send_nothing(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Spend the time of `send_mail` without sending, so that response times do not reveal which addresses have an account."""
        write_and_discard(self.render_mail(template_prefix, email, {"email": email, **context}))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        return absolute_url(reverse("account_reset_password_from_key", args=(uid, token)))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Change the address of the account. If another account takes the address at the same time, nothing changes."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return absolute_url(reverse("account_confirm_email", args=(emailconfirmation.key,)))

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in by code, password or security key: note the activity, and limit the session of staff."""
        super().login(request, user)
        end_today(request)
        user.note_activity(timezone.now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the back office for staff, the members' section for everyone else."""
        if request.user.has_perm("wagtailadmin.access_admin"):
            return reverse("wagtailadmin_home")
        return parts_of(request).url("membres") or super().get_login_redirect_url(request)
