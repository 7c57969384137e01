"""Django settings, read from environment variables only (12-factor).

`.env.example` lists all variables. There are three modes: DEMO=1 (`make run`), DEBUG=1 (`make dev`), and production,
which refuses to start if a value is missing or unsafe, and names it.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from environs import validate

from home.embeds import FRAME_HOSTS
from site_cms import environment
from site_cms.log_masking import masked_event

BASE_DIR = Path(__file__).resolve().parent.parent

env = environment.Environment()
env.read_env(BASE_DIR / ".env", recurse=False)

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
PRODUCTION = not (DEBUG or DEMO)
DATA_DIR = environment.data_folder((BASE_DIR / env.str("DATA_DIR", "var")).resolve())

BASE_URL = env.str(
    "BASE_URL", "" if PRODUCTION else "http://localhost:8000", validate=environment.an_origin
).rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"],
    validate=environment.host_names,
)
SECRET_KEY = env.str("SECRET_KEY", "")
if not (SECRET_KEY or PRODUCTION):
    SECRET_KEY = environment.demo_secret_key(DATA_DIR)
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL",
    "" if PRODUCTION else "reseau@example.org",
    validate=environment.a_sender,
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DELIVERY_URL = env.str("DELIVERY_URL", "" if PRODUCTION else f"file://{DATA_DIR / 'mail'}")
#: Whether a server in front answers with pages that it keeps: visits are not counted then (site_cms.visits).
FRONT_ANSWERS = env.bool("FRONT_ANSWERS", False)
CACHE_URL = env.str("CACHE_URL", f"file://{DATA_DIR / 'cache'}")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(0, 10))
HTTPS = urlsplit(BASE_URL).scheme == "https"

environment.refuse_unsafe(
    production=PRODUCTION,
    demo=DEMO,
    debug=DEBUG,
    values={
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": ALLOWED_HOSTS,
        "BASE_URL": BASE_URL,
        "DELIVERY_URL": DELIVERY_URL,
        "DEFAULT_FROM_EMAIL": DEFAULT_FROM_EMAIL,
        "CACHE_URL": CACHE_URL,
    },
)

# Applications

INSTALLED_APPS = [
    "site_cms.apps.SiteCmsConfig",
    "events",
    "directory",
    "home",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.forms",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "site_cms.apps.AccountsConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "storages",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "site_cms.middleware.head_without_body",
    "django.middleware.security.SecurityMiddleware",
    "site_cms.middleware.PolicyMiddleware",
    "site_cms.body_limits.BodyLimitMiddleware",
    "home.views.nonsense.NonsenseMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "home.forms.cross_site.FetchMetadataCsrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "directory.accounts.shared_computer.shared_computer",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "home.forms.typed.keep_what_needs_a_log_in",
    "home.privacy.refusals.private_responses",
    "directory.accounts.staff_access.staff_door",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "home.pages.old_addresses.old_addresses",
]

ROOT_URLCONF = "site_cms.urls"
WSGI_APPLICATION = "site_cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# Database, cache, background work

DATABASES = {
    "default": environment.database_settings(
        env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'site.sqlite3'}")
    )
}
CACHES: dict[str, dict[str, Any]] = {"default": environment.cache_settings(CACHE_URL)}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "long"]}}

# Accounts: allauth is the only log-in, for the back office too

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "directory.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    name: f"directory.accounts.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "add_email": "AddEmailForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
ACCOUNT_LOGIN_METHODS = {"email"}
# There is no sign-up, but without a password here the log-in form has no password field either.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Town halls hold first messages back for five to ten minutes.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 10  # the rate limits below decide earlier
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the site sends no e-mail to unknown addresses
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "optional"  # accounts are created for confirmed addresses
ACCOUNT_CHANGE_EMAIL = True  # one address, changed once the new one is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a whole town hall may share one IP address
    "request_login_code": "60/m/ip,300/h/ip",
    "reset_password": "20/m/ip,100/h/ip,5/m/key",
    "confirm_email": "1/15m/key",  # a new address may be someone else's
    # Our own, for log-in codes per e-mail address: from one network, and from anywhere.
    "login_code_here": "3/15m/key,10/d/key",
    "login_code_anywhere": "30/d/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is no sign-up: staff create accounts for people they know
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "directory.accounts.forms.AddKeyForm",
    "edit_webauthn": "directory.accounts.forms.RenameKeyForm",
}
MFA_TOTP_ISSUER = "Réseau des Territoires participatifs"
STAFF_SECOND_FACTOR = PRODUCTION  # staff accounts give access to everyone's data
USERSESSIONS_TRACK_ACTIVITY = False  # would write to the database at each request
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"  # where there is no members’ section yet: see AccountAdapter
LOGOUT_REDIRECT_URL = "/"

# Language and time

LANGUAGE_CODE = "fr"
# Before the catalogues of packages: sentences that Wagtail leaves with « Le/la » and « créé(e) ».
LOCALE_PATHS = [BASE_DIR / "site_cms" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# Files: only renditions are public; original images and documents have no public URL

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
STORAGES = environment.storage_settings(env, static_manifest=not DEBUG, private_root=PRIVATE_ROOT)
WHITENOISE_MAX_AGE = 31_536_000 if not DEBUG else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a page with long StreamFields

# E-mail: every message becomes a row of the outbox (home.OutgoingEmail); DELIVERY_URL sets how rows are sent

EMAIL_BACKEND = "home.mail.backends.OutboxBackend"
DELIVERY = environment.delivery_settings(DELIVERY_URL)
ANYMAIL = DELIVERY["anymail"]

# Security

CSRF_FAILURE_VIEW = "home.views.errors.too_old"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers take a `__Host-` cookie over https from this host only: no sub-domain and nobody on the way can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^healthz$"
]  # requested internally, behind the proxy that terminates TLS
HSTS = env.str("HSTS", "host", validate=validate.OneOf(["off", "host", "subdomains", "preload"]))
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS and HSTS != "off" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS in {"subdomains", "preload"}
SECURE_HSTS_PRELOAD = HSTS == "preload"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # home.forms.cross_site extends the middleware that it looks for
    # What these ask for binds other sites of the domain: the owner of the domain decides it, with HSTS.
    "security.W005",
    "security.W021",
]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []
X_FRAME_OPTIONS = "DENY"  # Wagtail overrides it for its previews
# In place of a picture that is not drawn yet, `data:` holds an empty one of its size.
PICTURES = [SELF, "data:", *environment.picture_sources(STORAGES)]
# What is not named falls back to `default-src`; the directives that do not are all named.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": PICTURES,
        "font-src": [NONE],
        "connect-src": [NONE],
        "media-src": [NONE],
        "object-src": [NONE],
        "frame-src": list(FRAME_HOSTS),  # loaded when the reader clicks
        "worker-src": [NONE],
        "manifest-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# The log-in asks for the challenge of a passkey.
ACCOUNT_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "connect-src": [SELF],
    "frame-src": [NONE],
}
# Wagtail's admin needs inline scripts and styles; the rest is as strict as on the site.
BACK_OFFICE_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [*PICTURES, "blob:"],  # previews of uploads
    "connect-src": [SELF],
    "frame-src": [SELF],  # previews
    "frame-ancestors": [SELF],
}
PERMISSIONS_POLICY = environment.permissions(FRAME_HOSTS)

# Wagtail

WAGTAIL_SITE_NAME = "Réseau régional des Territoires participatifs"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français")]
# French date formats; Django parses them in this language only.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
# E-mail addresses, passwords and second factors are changed in allauth, with its checks.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_FRONTEND_LOGIN_URL = "/compte/connexion/"
WAGTAILIMAGES_IMAGE_MODEL = "home.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.media.forms.SiteImageForm"
WAGTAILDOCS_DOCUMENT_MODEL = "home.SiteDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "csv", "txt", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "site_cms.search_backend"}}

# Errors and logs

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "site_cms.log_masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"one line for a refusal": {"()": "site_cms.log_masking.RefusalFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one line for a refusal"],
        },
        "warnings": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {
        # Django's default handlers would print each line a second time, unmasked.
        "django": {"handlers": []},
        "django.server": {"handlers": [], "propagate": True},
        # Editors' actions are in the audit log, the worker's results in the database.
        "wagtail": {"handlers": ["warnings"], "propagate": False},
        "django_tasks": {"handlers": ["warnings"], "propagate": False},
    },
}

SENTRY_DSN = env.str("SENTRY_DSN", "", validate=environment.a_sentry_address)
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,  # they contain tokens and answers
        max_request_body_size="never",
        before_send=masked_event,
    )
