"""The shelf of the web process, round Django's application."""

from contextlib import suppress

from site_cms.shelf.application import Application, Shelf
from site_cms.shelf.build import build_identity
from site_cms.shelf.generations import FolderGenerations, generations, shelf_folder
from site_cms.shelf.stores import Files


def with_shelf(application: Application) -> Shelf:
    build = build_identity()
    begin_build(build)
    return Shelf(application, generations(), Files(shelf_folder()), build)


def begin_build(build: str) -> None:
    """End the present generation if its files may be of another version. The first request begins the next one."""
    with suppress(OSError):
        folder = shelf_folder()
        folder.mkdir(parents=True, exist_ok=True)
        mark = folder / "build"
        if not mark.exists() or mark.read_text() != build:
            mark.write_text(build)
            FolderGenerations(folder).forget()
