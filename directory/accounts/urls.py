"""URLs of allauth's views under /compte/, with French paths. A test compares the names with allauth's own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as devices
from django.urls import path, re_path

from directory.accounts.log_in_views import (
    ConfirmAddressView,
    ConfirmCodeView,
    LogInByKeyView,
    LogInView,
    RequestCodeView,
    SecondStepView,
)
from directory.accounts.shared_computer import asking
from directory.accounts.views import LogOutView

urlpatterns = [
    path("connexion/", asking(LogInView.as_view()), name="account_login"),
    path("connexion/code/", asking(RequestCodeView.as_view()), name="account_request_login_code"),
    path("connexion/code/saisie/", ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("connexion/cle/", asking(LogInByKeyView.as_view()), name="mfa_login_webauthn"),
    path("connexion/seconde-etape/", SecondStepView.as_view(), name="mfa_authenticate"),
    path("deconnexion/", LogOutView.as_view(), name="account_logout"),
    path("inactif/", account.account_inactive, name="account_inactive"),
    path("inscription/", account.signup, name="account_signup"),
    path("identite/", account.reauthenticate, name="account_reauthenticate"),
    path("identite/application/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("identite/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("adresse/", account.email, name="account_email"),
    path(
        "adresse/confirmer/",
        account.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        r"^adresse/confirmer/(?P<key>[-:\w]+)/$",
        ConfirmAddressView.as_view(),
        name="account_confirm_email",
    ),
    path("mot-de-passe/changer/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/oublie/change/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("securite/", mfa.index, name="mfa_index"),
    path("securite/application/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("securite/application/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "securite/codes/nouveaux/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "securite/codes/telecharger/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("securite/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("securite/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("securite/cles/<int:pk>/nommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("appareils/", devices.list_usersessions, name="usersessions_list"),
]
