"""Makes the pictures of the writing guide again, from the demonstration: `make guide`.

They are shown by docs/guide-redaction.md, and `tests/home/editor/test_guide.py` compares the two.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import FloatRect, Page

from tests.bench.running_site import BASE_DIR
from tests.shots.studio import NoBrowser, Studio, opened
from tests.shots.visits import open_block_chooser, open_registration_tab

FOLDER = BASE_DIR / "docs" / "images"
QUALITY = 60
EDITOR, ADMINISTRATOR = "editrice@example.org", "admin@example.org"


class Picture(NamedTuple):
    """A screen of the guide, by its name there."""

    name: str
    address: str
    #: Width and height of the window.
    size: tuple[int, int] = (1200, 640)
    act: Callable[[Page], None] | None = None
    email: str = EDITOR
    #: With the menu of the back office.
    has_menu: bool = False


def open_preview(page: Page) -> None:
    page.locator("[data-side-panel-toggle=preview]").click()
    page.frame_locator("#w-preview-iframe").locator("h1").wait_for()


def open_status(page: Page) -> None:
    page.locator("[data-side-panel-toggle=status]").click()


def open_notifications(page: Page) -> None:
    page.get_by_role("tab", name="Notifications").click()


def show_gallery(page: Page) -> None:
    page.locator("[data-gallery]").first.scroll_into_view_if_needed()


PICTURES = [
    Picture("accueil", "/admin/", (1200, 760), has_menu=True),
    Picture("blocs", "/admin/pages/{article}/edit/", (1200, 720), act=open_block_chooser),
    Picture(
        "evenement-inscription",
        "/admin/pages/{coming}/edit/",
        (1200, 1000),
        act=open_registration_tab,
    ),
    Picture("deplacer", "/admin/evenements/{coming}/deplacer/", (1200, 520)),
    Picture("evenements", "/admin/evenements/"),
    Picture("inscriptions", "/admin/events/registration/?evenement={coming}", (1400, 700)),
    Picture("porte", "{door}", (390, 700), email=""),
    Picture("le-jour-meme", "/admin/evenements/{today}/le-jour-meme/", (1200, 700)),
    Picture("galerie", "/admin/pages/{recap_with_gallery}/edit/", (1200, 860), act=show_gallery),
    Picture("apercu", "/admin/pages/{coming}/edit/", (1200, 760), act=open_preview, has_menu=True),
    Picture("attestation", "{certificate}", (960, 900), email=""),
    Picture("bilan", "/admin/rapports/bilan/"),
    Picture("retours", "{feedback}", (960, 900), email=""),
    Picture("invitation", "/admin/directory/invitation/create/"),
    Picture("visibilite", "/admin/pages/{article}/edit/", act=open_status),
    Picture("mon-compte", "/admin/account/", act=open_notifications),
    Picture("demande", "/admin/directory/joinrequest/inspect/{join_request}/", email=ADMINISTRATOR),
    Picture("avant-d-ecrire", "/admin/events/registration/annuler/{registration}/", (1200, 860)),
    Picture("pages", "/admin/pages/{home}/"),
    Picture("reglages", "/admin/settings/home/sitesettings/"),
    Picture("rapport", "/admin/rapports/comptes-rendus/", (1200, 480)),
    Picture("e-mails", "/admin/home/outgoingemail/", (1400, 520)),
]


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the site is stopped then, too
    try:
        with opened("--desk-only") as studio:
            return max(take_all(studio))
    except NoBrowser as reason:
        print(reason, file=sys.stderr)
        return 2


def take_all(studio: Studio) -> Iterator[int]:
    """Write the pictures and yield 1 for each address that answers an error, else 0."""
    for picture in PICTURES:
        with studio.visitor(picture.email, color_scheme="light") as page:
            width, height = picture.size
            page.set_viewport_size({"width": width, "height": height})
            status = studio.go(page, picture.address)
            if status != 200:
                print(f"{page.url} answers {status}.", file=sys.stderr)
                yield 1
                continue
            if picture.act:
                picture.act(page)
            page.wait_for_timeout(500)  # panels of the back office slide
            write(
                picture.name, page.screenshot(clip=frame_of(page, picture), animations="disabled")
            )
            yield 0


def frame_of(page: Page, picture: Picture) -> FloatRect:
    """Return the part of the window that is shown: the screen without the menu of the back office, or all of it."""
    width, height = picture.size
    menu = (
        page.locator(".sidebar").bounding_box() if picture.email and not picture.has_menu else None
    )
    left = menu["width"] if menu else 0
    return {"x": left, "y": 0, "width": width - left, "height": height}


def write(name: str, png: bytes) -> None:
    path = FOLDER / f"{name}.webp"
    with Image.open(BytesIO(png)) as shot:
        shot.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    print(f"{path.relative_to(BASE_DIR)} {path.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
