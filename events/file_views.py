"""The way by which the document of a registration leaves: for staff who may read registrations."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from events.models import AnswerFile


@require_safe
def answer_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    if not request.user.has_perm("events.view_registration"):
        raise PermissionDenied
    found = get_object_or_404(AnswerFile.objects.select_related("registration"), uuid=uuid)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as absent:
        raise Http404 from absent
    # Never shown by the browser, whatever is in it.
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
