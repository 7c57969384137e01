"""Views that serve files: documents after an access check, renditions to everyone."""

from email.utils import formatdate
from mimetypes import guess_type
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.wagtail_hooks import check_view_restrictions

from home.access import closed_collections, is_member, may_download
from home.models import SiteDocument
from home.responses import private

PUBLIC_SECONDS = 300
#: A file loads nothing, posts nothing, and is shown in no frame.
OF_FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
FOR_EVER = 31_536_000
PICTURE_TYPES = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}


@require_safe
def document(request: HttpRequest, uuid: UUID, name: str = "") -> HttpResponseBase:
    """Serve a document to visitors who may download it.

    Without access, anonymous visitors are redirected to the log-in page and logged-in users get a 403. These responses
    reveal neither the file's name nor whether `name` was right.
    """
    found = SiteDocument.objects.select_related("collection").filter(uuid=uuid).first()
    if found is None:
        return absent(request, uuid)
    is_public = may_download(AnonymousUser(), found)
    if not is_public and not may_download(request.user, found):
        return refused(request, uuid)
    response: HttpResponseBase
    if name != found.filename:
        response = redirect(found.url)
    else:
        private_answer = None if is_public else answer_of_hooks(request, found)
        response = private_answer or sent(request, found)
    if is_public and name == found.filename:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    elif not is_public:
        private(response)
    return response


def answer_of_hooks(request: HttpRequest, found: SiteDocument) -> HttpResponseBase | None:
    """Run the `before_serve_document` hooks, so that an app can answer for a private document it controls.

    Without Wagtail's own check, which would send editors to the log-in page; `may_download` has decided.
    """
    ours = (
        hook for hook in hooks.get_hooks("before_serve_document") if hook != check_view_restrictions
    )
    answers = (hook(found, request) for hook in ours)
    return next((answer for answer in answers if answer is not None), None)


def absent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer for a missing document as for a private one, unless the user may see private documents."""
    user = request.user
    if is_member(user) or (user.is_authenticated and not closed_collections(user)):
        raise Http404
    return refused(request, uuid)


def refused(request: HttpRequest, uuid: UUID) -> HttpResponse:
    if request.user.is_authenticated:
        raise PermissionDenied
    to_log_in = redirect_to_login(reverse("document", args=[uuid]), resolve_url(settings.LOGIN_URL))
    return private(to_log_in)


def sent(request: HttpRequest, found: SiteDocument) -> HttpResponseBase:
    etag = f'"{found.file_hash}"' if found.file_hash else None
    try:
        response: HttpResponseBase = FileResponse(
            found.file.open("rb"), content_type=found.content_type
        )
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Content-Disposition"] = disposition(found)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = OF_FILES
    if etag:
        response.headers["ETag"] = etag
    return unless_known(request, response, etag=etag)


def disposition(found: SiteDocument) -> str:
    """Return the Content-Disposition header with the document's name, accents included (RFC 6266)."""
    manner = "inline" if found.content_type == "application/pdf" else "attachment"
    plain = found.filename.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.filename)}"


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a rendition. The public storage holds nothing else, and only image types are served."""
    kind = guess_type(path)[0]
    if kind not in PICTURE_TYPES or not path.startswith("images/"):
        raise Http404
    try:
        file = default_storage.open(path, "rb")
        changed = default_storage.get_modified_time(path).timestamp()
    # `OSError`: absent, a folder, or a name that is too long; `ValueError`: a null byte.
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    etag = f'"{int(changed):x}-{file.size:x}"'
    response = FileResponse(file, content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = formatdate(changed, usegmt=True)
    response.headers["Cache-Control"] = f"public, max-age={FOR_EVER}, immutable"
    response.headers["Content-Security-Policy"] = OF_FILES
    # Readers of feeds show the pictures on their own pages.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return unless_known(request, response, etag=etag, last_modified=int(changed))


def unless_known(request: HttpRequest, response: Any, **validators: Any) -> HttpResponseBase:
    """Return 304 or 412 if the conditional headers ask for it (RFC 9110), else the response."""
    return get_conditional_response(request, response=response, **validators) or response
