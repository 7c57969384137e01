"""Steps of the log-in. Each one that expires says so, keeps the address, and leads to the next one and to the others."""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStage, LoginStageController
from allauth.account.views import (
    ConfirmEmailView,
    ConfirmLoginCodeView,
    LoginView,
    RequestLoginCodeView,
)
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from directory.accounts.adapter import CODE
from directory.accounts.former_cookies import forget_former_cookies, was_logged_out
from directory.accounts.forms import may_have_code

#: Session key of the address that the visitor typed, until the log-in.
TYPED = "log_in_address"

EXPIRED = "Ce code a expiré\u00a0: un code fonctionne pendant quinze minutes. Recevez-en un autre."
NOT_ASKED = "Un code se saisit dans le navigateur où il a été demandé. Recevez-en un ici."
THREE_WRONG = "Trois codes faux\u00a0: celui que vous avez reçu ne sert plus. Recevez-en un autre."
SENT_AGAIN = "Le code vient de repartir à {email}\u00a0: il est de nouveau valable quinze minutes."
TOO_MANY = (
    "Trois messages sont déjà partis à {email}\u00a0: le prochain pourra partir dans un quart d’heure au plus tôt. Le "
    "code reçu reste valable."
)
STEP_EXPIRED = "Le temps prévu pour la seconde étape est passé. Connectez-vous de nouveau."


class EntranceMixin:
    """Shows the entrance while a code is awaited, where allauth would redirect to the page of the code, and keeps the address."""

    request: HttpRequest

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponse | None:
        if stage.key == LoginByCodeStage.key:
            return None
        response: HttpResponse = super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]
        return response

    def get_initial(self) -> dict[str, Any]:
        address = self.request.session.get(TYPED, "")
        return {**super().get_initial(), "email": address, "login": address}  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {
            "typed_address": self.request.session.get(TYPED, ""),
            "awaits_code": awaits_code(self.request),
            "was_logged_out": was_logged_out(self.request),
        }


class LogInView(EntranceMixin, LoginView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return forget_former_cookies(request, super().get(request, *args, **kwargs))


class RequestCodeView(EntranceMixin, RequestLoginCodeView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.request.session[TYPED] = form.cleaned_data["email"]
        response: HttpResponse = super().form_valid(form)
        return response


class LogInByKeyView(EntranceMixin, LoginWebAuthnView):
    pass


class ConfirmCodeView(ConfirmLoginCodeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated or awaits_code(request):
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return response
        return self.ask_for_another(EXPIRED if TYPED in request.session else NOT_ASKED)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return self.ask_for_another(THREE_WRONG)

    def ask_for_another(self, sentence: str) -> HttpResponse:
        messages.error(self.request, sentence)
        return redirect(self.passthrough_next_url(reverse("account_request_login_code")))

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        """Send the same code again, since the first message may still arrive: mail servers delay what they do not know."""
        email = self._process.state["email"]
        if may_have_code(self.request, email.lower()):
            self.send_again(email)
            messages.success(self.request, SENT_AGAIN.format(email=email))
        else:
            messages.warning(self.request, TOO_MANY.format(email=email))
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def send_again(self, email: str) -> None:
        process = self._process
        adapter = get_adapter()
        if process.user is None:
            adapter.send_nothing(CODE, email, {"code": adapter.generate_login_code()})
        else:
            adapter.send_mail(CODE, email, {"request": self.request, "code": process.code})
        process.state["at"] = self.stage.login.initiated_at = time.time()
        process.record_resend()
        process.persist()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"password_url": self.passthrough_next_url(reverse("account_login"))}


class SecondStepView(AuthenticateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_pending = LoginStageController.enter(request, AuthenticateStage.key) is not None
        if not request.user.is_authenticated and not is_pending:
            messages.error(request, STEP_EXPIRED)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ConfirmAddressView(ConfirmEmailView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm the address. A link that is used or too old is explained as it is to a GET, where allauth answers 404."""
        try:
            response: HttpResponse = super().post(*args, **kwargs)
        except Http404:
            self.object = None
            response = self.render_to_response(self.get_context_data())
        return response


def awaits_code(request: HttpRequest) -> bool:
    """Return whether a code was asked for in this browser and has not expired. Forget it if it has."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    return stage is not None and LoginCodeVerificationProcess.resume(stage) is not None
