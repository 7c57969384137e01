"""Parsing and validation of environment variables. Imported by settings, so it cannot import models.

Invalid values raise ImproperlyConfigured with the variable's name first.
"""

import contextlib
import importlib.util
import os
import secrets
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.http.request import validate_host
from environs import Env, ValidationError

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
SQLITE = "django.db.backends.sqlite3"
#: JIT compilation of a query with many joins takes one or two seconds; running it takes a few milliseconds.
POSTGRESQL_OPTIONS = {
    "options": "-c jit=off",
    # Seconds, then milliseconds: a server that is gone without a word is given up, and its page is an error soon.
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
}
DATABASE_ENGINES = {SQLITE, "django.db.backends.postgresql"}
# Measured with eight writing processes and a polling worker: no lock error with these, 37 of 40 runs without.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
#: What browsers offer to pages and none of ours uses.
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
NEEDED_IN_PRODUCTION = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "DELIVERY_URL",
    "DEFAULT_FROM_EMAIL",
)


class Environment(Env):
    """The environment, with empty values treated as unset: `NAME=` in a file has no effect."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        value = super()._get_value(env_key, default)
        return default if value == "" else value


# Validators of one variable


def an_origin(value: str) -> None:
    """Validate BASE_URL: scheme and host only, because paths are appended to it."""
    parts = split_url("BASE_URL", value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValidationError("must begin with https:// (or http:// on this machine).")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValidationError("must end after the host or port: no path, no question mark.")


def a_sender(value: str) -> None:
    try:
        validate_email(parseaddr(value)[1])
    except DjangoValidationError as error:
        raise ValidationError("must be an e-mail address, or a name and <an address>.") from error
    if not value.isprintable():
        raise ValidationError("must be a single line.")


def host_names(values: list[str]) -> None:
    for value in values:
        if "/" in value or "@" in value or " " in value:
            raise ValidationError(f"{value} is not a host name: no scheme, no path.")


def a_sentry_address(value: str) -> None:
    parts = split_url("SENTRY_DSN", value)
    if parts.scheme not in {"http", "https"} or not parts.username or not parts.path.strip("/"):
        raise ValidationError("must be https://key@host/project.")


def split_url(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.port == 0:  # raises ValueError if it is not a number
            raise ValueError("0 is not a port")
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not an address: {error}.") from error
    return parts


def data_folder(path: Path) -> Path:
    """Return the folder, created if missing, for the account that runs the site only.

    A folder that is open to every account is closed; what its owner has given to one account or a group stays.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o007:
            path.chmod(0o700)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR cannot be written: {error}.") from error
    return path


def demo_secret_key(data_dir: Path) -> str:
    """Return the data folder's secret key, created once so that sessions survive a restart. Not for production."""
    path = data_dir / "secret-key"
    if not path.exists():
        # An atomic link, so that processes starting at the same time never read a partial file.
        unfinished = data_dir / f"secret-key.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(unfinished)
        unfinished.unlink()
    return path.read_text()


# Checks across variables


def refuse_unsafe(*, production: bool, demo: bool, debug: bool, values: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured for the first unsafe value, naming the variable. DEMO and DEBUG relax the checks."""
    base = urlsplit(values["BASE_URL"])
    if demo and base.scheme == "https":
        raise ImproperlyConfigured(
            "DEMO=1 is refused with an https BASE_URL: the demonstration accounts are public."
        )
    if "*" in values["ALLOWED_HOSTS"] and not debug:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts, not *.")
    if not production:
        return
    for name in NEEDED_IN_PRODUCTION:
        if not values[name]:
            raise ImproperlyConfigured(
                f"{name} is missing: production needs it (see .env.example)."
            )
    refuse_unsafe_production(values, base)


def refuse_unsafe_production(values: Mapping[str, Any], base: SplitResult) -> None:
    key = values["SECRET_KEY"]
    host = base.hostname or ""
    problems = {
        "SECRET_KEY": (
            len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"),
            "must be at least 50 random characters",
        ),
        "BASE_URL": (
            base.scheme != "https" and host not in LOCAL_HOSTS,
            "must begin with https://",
        ),
        "ALLOWED_HOSTS": (
            not validate_host(f"[{host}]" if ":" in host else host, values["ALLOWED_HOSTS"]),
            f"must contain {host}, the host of BASE_URL",
        ),
        "CACHE_URL": (
            values["CACHE_URL"].startswith("locmem"),
            "must be shared by all processes (redis:// or file://): log-in limits count in it",
        ),
    }
    for name, (unsafe, reason) in problems.items():
        if unsafe:
            raise ImproperlyConfigured(f"{name} {reason}.")


# Conversion to Django settings


def permissions(frame_hosts: Sequence[str]) -> str:
    """Return the Permissions-Policy: nothing but what pages use, and full screen for the videos of these hosts."""
    refused = dict.fromkeys(REFUSED_FEATURES, "()")
    films = " ".join(["self", *(f'"{host}"' for host in frame_hosts)])
    used = {
        "clipboard-write": "(self)",
        "fullscreen": f"({films})",
        "picture-in-picture": f"({films})",
        "publickey-credentials-create": "(self)",
        "publickey-credentials-get": "(self)",
    }
    return ", ".join(f"{name}={allowed}" for name, allowed in sorted((refused | used).items()))


def database_settings(url: str) -> dict[str, Any]:
    """Parse DATABASE_URL: `sqlite:///path` or `postgres://user:password@host:port/name`."""
    with contextlib.suppress(ValueError):
        parsed = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
        database: dict[str, Any] = dict(parsed)
        if database.get("ENGINE") in DATABASE_ENGINES and database["NAME"] not in {"", ":memory:"}:
            ours = SQLITE_OPTIONS if database["ENGINE"] == SQLITE else POSTGRESQL_OPTIONS
            database["OPTIONS"] = ours | database.get("OPTIONS", {})
            return database
    raise ImproperlyConfigured(
        "DATABASE_URL must be sqlite:///path or postgres://user:password@host:port/name."
    )


def cache_settings(url: str) -> dict[str, Any]:
    """Parse CACHE_URL: `redis://…`, `rediss://…` or `unix://…` (redis-py), `file:///folder`, `locmem://` (one process)."""
    parts = split_url("CACHE_URL", url)
    if parts.scheme in {"redis", "rediss", "unix"} and (parts.hostname or parts.path):
        return {"BACKEND": "site_cms.redis_cache.ForgivingRedisCache", "LOCATION": url}
    if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1:
        return {
            "BACKEND": "site_cms.file_cache.FileCache",
            "LOCATION": unquote(parts.path),
            # A full cache drops random entries, including rate limit counters, so the limit is high.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    if parts.scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss:// or file:///.")


def delivery_settings(url: str) -> dict[str, Any]:
    """Parse DELIVERY_URL, the backend that sends outbox rows.

    - `file:///folder` writes .eml files.
    - `smtp://user:password@host:port` uses STARTTLS if there is a user or with `?tls=1`; `smtps://…` uses TLS.
    - `anymail+brevo://api-key@` uses any Anymail provider. Its other settings are query parameters:
      `anymail+postmark://?postmark_server_token=…`.
    """
    parts = split_url("DELIVERY_URL", url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    kind, _, provider = parts.scheme.partition("+")
    if kind == "file" and not parts.netloc and len(parts.path) > 1:
        return delivery(
            "home.mail.backends.EmlFileBackend", options={"file_path": unquote(parts.path)}
        )
    if kind in {"smtp", "smtps"} and parts.hostname:
        return delivery("home.mail.smtp.SmtpBackend", options=smtp_options(parts, query))
    if kind == "anymail" and is_provider(provider):
        anymail = {name.upper(): value for name, value in query.items()}
        if parts.username:
            anymail[f"{provider.upper()}_API_KEY"] = unquote(parts.username)
        return delivery(f"anymail.backends.{provider}.EmailBackend", anymail=anymail)
    raise ImproperlyConfigured(
        "DELIVERY_URL must begin with smtp://host, smtps://host, anymail+PROVIDER:// or file:///folder."
    )


def delivery(
    backend: str,
    *,
    options: Mapping[str, Any] | None = None,
    anymail: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {"backend": backend, "options": dict(options or {}), "anymail": dict(anymail or {})}


def smtp_options(parts: SplitResult, query: Mapping[str, str]) -> dict[str, Any]:
    ssl = parts.scheme == "smtps"
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if ssl else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": not ssl and query.get("tls", "1" if parts.username else "0") == "1",
        "use_ssl": ssl,
        "timeout": 20,
    }


def is_provider(name: str) -> bool:
    # A dotted name could refer to a module outside Anymail.
    return name.isidentifier() and importlib.util.find_spec(f"anymail.backends.{name}") is not None


def storage_settings(env: Env, *, static_manifest: bool, private_root: Path) -> dict[str, Any]:
    """Return the storages: `default` (public renditions), `private` (documents, original images), `staticfiles`.

    With S3_BUCKET, the first two are separate S3-compatible buckets, because the first one must be public.
    """
    static = "home.theme.assets.JoinedManifestStorage"
    storages: dict[str, Any] = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "private": {
            "BACKEND": "home.files.PrivateFileSystemStorage",
            "OPTIONS": {
                "location": str(private_root),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        },
        "staticfiles": {
            "BACKEND": static
            if static_manifest
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
    return storages | buckets(env)


def buckets(env: Env) -> dict[str, Any]:
    """Return the `default` and `private` storages in S3, or nothing without S3_BUCKET."""
    bucket, private_bucket = env.str("S3_BUCKET", ""), env.str("S3_PRIVATE_BUCKET", "")
    common = {
        "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None,
        "region_name": env.str("S3_REGION", "") or None,
        "access_key": env.str("S3_ACCESS_KEY_ID", "") or None,
        "secret_key": env.str("S3_SECRET_ACCESS_KEY", "") or None,
        "file_overwrite": False,
    }
    refuse_half_a_storage(bucket, private_bucket, common)
    if not bucket:
        return {}
    # Cached like /media/: the file name contains a hash of the source.
    public = {
        "bucket_name": bucket,
        "querystring_auth": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }
    private = {"bucket_name": private_bucket, "default_acl": "private"}
    return {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": common | public},
        "private": {"BACKEND": "home.s3_files.PrivateS3Storage", "OPTIONS": common | private},
    }


def refuse_half_a_storage(bucket: str, private_bucket: str, common: Mapping[str, Any]) -> None:
    if not bucket and (private_bucket or common["endpoint_url"] or common["access_key"]):
        raise ImproperlyConfigured("S3_BUCKET is missing: other S3 variables are set.")
    if bucket and private_bucket in {"", bucket}:
        raise ImproperlyConfigured(
            "S3_PRIVATE_BUCKET must name another bucket than S3_BUCKET, whose files the public reads."
        )
    if bool(common["access_key"]) != bool(common["secret_key"]):
        raise ImproperlyConfigured(
            "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are set together, or left to the machine's role."
        )
    endpoint = common["endpoint_url"]
    if endpoint and not split_url("S3_ENDPOINT_URL", endpoint).hostname:
        raise ImproperlyConfigured("S3_ENDPOINT_URL must be https://host.")


def picture_sources(storages: Mapping[str, Any]) -> list[str]:
    """Return the external sources of renditions, for the Content-Security-Policy."""
    options = storages["default"].get("OPTIONS", {})
    if "bucket_name" not in options:
        return []
    if options["endpoint_url"]:
        parts = urlsplit(options["endpoint_url"])
        return [f"{parts.scheme}://{parts.netloc}"]
    return [f"https://{options['bucket_name']}.s3.amazonaws.com"]
