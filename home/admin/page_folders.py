"""« Exporter cette page »: one page, its drafts and its media as a ZIP of the folder that `import_pages` reads."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from home.access import Account, AccountRequest
from home.models import BasePage
from home.page_folders.export import Export
from home.responses import private

#: The day of each file in the archive, the first that ZIP can hold: the same page gives the same archive.
DAY = (1980, 1, 1, 0, 0, 0)


def may_export(user: Account, page: Page) -> bool:
    """Return whether this user may take the page away: who may edit it reads all its versions."""
    model = page.specific_class
    is_ours = model is not None and issubclass(model, BasePage)
    return is_ours and page.permissions_for_user(user).can_edit()


@require_GET
def export_page(request: AccountRequest, pk: int) -> FileResponse:
    page = get_object_or_404(Page, pk=pk)
    if not may_export(request.user, page):
        raise PermissionDenied
    with TemporaryDirectory(prefix="export-") as folder:
        root = Path(folder) / "page"
        Export(complain=lambda sentence: None, only=page).write(root)
        archive = archive_of(root)
    return private(FileResponse(archive, as_attachment=True, filename=f"{page.slug}.zip"))


def archive_of(root: Path) -> IO[bytes]:
    """Return the ZIP of a folder. Originals are compressed already."""
    archive = TemporaryFile()  # noqa: SIM115 -- the response closes it
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            info = zipfile.ZipInfo(path.relative_to(root).as_posix(), DAY)
            with packed.open(info, "w") as member, path.open("rb") as file:
                while chunk := file.read(1024 * 1024):
                    member.write(chunk)
    archive.seek(0)
    return archive


def export_button(page: Page, user: Account, *_args: Any, **_kwargs: Any) -> Iterator[Button]:
    """Offer the export in the menu of a page, in the explorer and on its own screens."""
    if may_export(user, page):
        yield Button(
            "Exporter cette page",
            reverse("export_page", args=[page.pk]),
            icon_name="download",
            priority=65,
        )
