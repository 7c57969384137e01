"""Refusal of posts that another site makes a browser send, by what the browser says of their origin.

Pages carry no token for anonymous visitors, so that one copy serves all of them (docs/decisions/0035).
"""

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest
from django.utils.http import url_has_allowed_host_and_scheme

SAME_ORIGIN = "same-origin"
#: Values of Sec-Fetch-Site that name no origin: the header is absent, or the browser says that no page sent it.
UNTOLD = ("", "none")


class FetchMetadataCsrf(CsrfViewMiddleware):
    """Django's middleware, which asks `Sec-Fetch-Site` first, then `Origin`, and its token if both are absent.

    It overrides the checks that `process_view` makes. If a release of Django no longer calls one, the token is asked.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        site, origin = fetch_site(request), request.META["HTTP_ORIGIN"]
        if site == SAME_ORIGIN and origin == "null":  # a page that says no-referrer
            return True
        if site == SAME_ORIGIN or site in UNTOLD:
            return bool(super()._origin_verified(request))  # type: ignore[misc]  # no private names in the stubs
        return self.is_trusted(origin)

    def is_trusted(self, origin: str) -> bool:
        """Return whether CSRF_TRUSTED_ORIGINS names this origin."""
        return origin in self.allowed_origins_exact

    def _check_referer(self, request: HttpRequest) -> None:
        """Without `Origin`, ask the referrer only where the token decides. A browser that hides it has the token."""
        if fetch_site(request) in UNTOLD and "HTTP_REFERER" in request.META:
            super()._check_referer(request)  # type: ignore[misc]

    def _check_token(self, request: HttpRequest) -> None:
        site = fetch_site(request)
        if site == SAME_ORIGIN or "HTTP_ORIGIN" in request.META:  # `_origin_verified` took it
            return
        if site not in UNTOLD:
            raise RejectRequest(f"Sec-Fetch-Site is {site!r}, without Origin.")
        super()._check_token(request)  # type: ignore[misc]


def fetch_site(request: HttpRequest) -> str:
    """Return what the browser says of the page that sent the request; plain HTTP and old browsers say nothing."""
    return str(request.META.get("HTTP_SEC_FETCH_SITE", ""))


def tells_no_origin(request: HttpRequest) -> bool:
    """Return whether neither header says where a post comes from: its token decides, so its form carries one."""
    return fetch_site(request) in UNTOLD and "HTTP_ORIGIN" not in request.META


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether a refused post may be another site's: nothing in it is to be shown, or kept."""
    if not tells_no_origin(request):
        return True
    referrer = request.headers.get("Referer", "")
    return bool(referrer) and not url_has_allowed_host_and_scheme(referrer, {request.get_host()})
