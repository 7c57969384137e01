"""Which requests the shelf may answer, and under which key: one spelling for each page, everything else is Django's."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http.request import split_domain_port, validate_host

#: What is never public. This spares the question only: what protects a private page is its own answer.
PRIVATE = (
    "/_util/", "/admin/", "/compte/", "/documents/", "/healthz", "/inscriptions/", "/media/", "/static/",
)  # fmt: skip
PATH = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*/)*(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)?")
HOST = re.compile(r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
LONGEST_PATH, LONGEST_QUERY, LONGEST_HOST = 200, 2000, 100
#: Parameters of lists (home.pages.listing) and of frames, with the values that may mean something.
LISTED = {
    "annee": re.compile(r"[0-9]{4}"),
    "embed": re.compile(r""),
    "page": re.compile(r"[1-9][0-9]{0,2}"),
    "theme": re.compile(r"[a-z0-9-]{1,80}"),
}
#: What senders of links add for their statistics: the page is the same.
NOISE = re.compile(r"(?:utm_\w+|mtm_\w+|fbclid|gclid)(?:=|$)")


class Key(NamedTuple):
    scheme: str
    host: str
    path: str
    query: str


def key_of(environ: dict[str, Any]) -> Key | None:
    """Return the key of an anonymous visitor's request for a page, or None for all others."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or is_somebodys(environ):
        return None
    path = environ.get("PATH_INFO", "")
    host = environ.get("HTTP_HOST", "")
    if environ.get("SCRIPT_NAME") or not is_page(path) or not is_our_host(host):
        return None
    query = listed_query(environ.get("QUERY_STRING", ""))
    return None if query is None else Key(scheme_of(environ), host, path, query)


def is_somebodys(environ: dict[str, Any]) -> bool:
    """Whether the answer may depend on who asks: a session, a message for the next page, a body, an authorization."""
    cookies = environ.get("HTTP_COOKIE", "")
    if cookies and any(
        f"{name}=" in cookies for name in (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    ):
        return True
    has_body = environ.get("CONTENT_LENGTH") not in {None, "", "0"}
    return has_body or "HTTP_TRANSFER_ENCODING" in environ or "HTTP_AUTHORIZATION" in environ


def reads_pages(environ: dict[str, Any]) -> bool:
    """Whether a request that is not for the shelf may read a page all the same: a member's, or one with other parameters."""
    path = environ.get("PATH_INFO", "")
    return environ["REQUEST_METHOD"] in {"GET", "HEAD"} and not path.startswith(PRIVATE)


@lru_cache(maxsize=2048)
def is_page(path: str) -> bool:
    return (
        len(path) <= LONGEST_PATH
        and PATH.fullmatch(path) is not None
        and not path.startswith(PRIVATE)
    )


def is_our_host(host: str) -> bool:
    return is_one_of(host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=256)
def is_one_of(host: str, allowed: tuple[str, ...]) -> bool:
    if len(host) > LONGEST_HOST or not HOST.fullmatch(host):
        return False
    return validate_host(split_domain_port(host)[0], list(allowed))


def scheme_of(environ: dict[str, Any]) -> str:
    """Return the scheme as `HttpRequest.scheme` does."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        said = environ.get(header)
        if said is not None:
            return "https" if said.split(",", 1)[0].strip() == secure else "http"
    return str(environ["wsgi.url_scheme"])


def listed_query(query: str) -> str | None:
    """Return the query without noise, sorted; None if a parameter is not one of lists, or stands twice."""
    if not query:
        return ""
    if len(query) > LONGEST_QUERY:
        return None
    asked = sorted(part for part in query.split("&") if part and not NOISE.match(part))
    names = [part.partition("=")[0] for part in asked]
    if len(set(names)) < len(names) or not all(is_listed(part) for part in asked):
        return None
    return "&".join(asked)


def is_listed(part: str) -> bool:
    name, _, value = part.partition("=")
    return name in LISTED and LISTED[name].fullmatch(value) is not None


def request_of(key: Key, environ: dict[str, Any]) -> dict[str, Any]:
    """Return the request that is made for the shelf: of the key alone, so that nobody's headers reach what others read.

    The visitor's address stays, which limits count.
    """
    kept = ("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_X_FORWARDED_FOR")
    clean = {name: environ[name] for name in kept if name in environ}
    clean |= {name: value for name, value in environ.items() if name.startswith("wsgi.")}
    if settings.SECURE_PROXY_SSL_HEADER:
        clean[settings.SECURE_PROXY_SSL_HEADER[0]] = key.scheme
    return clean | {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query,
        "HTTP_HOST": key.host,
    }
