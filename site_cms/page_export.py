"""Export of the whole site, as it is at one moment, into a folder that `import_pages` reads back. See docs/import.md."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from home.page_folders.export import Export, ExportRefused
from site_cms.backup import one_moment
from site_cms.member_sheet import add_members

__all__ = ["ExportRefused", "export_site"]


def export_site(
    target: Path, *, since: datetime | None, personal: bool, complain: Callable[[str], None]
) -> dict[str, int]:
    """Write the folder and return what it holds, by kind. Raise ExportRefused, with the reason, if it is not written."""
    with one_moment():
        run = Export(complain, since=since)
        return run.write(target, also=add_members if personal else None)
