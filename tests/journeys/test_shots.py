"""`make shots`: a picture of the whole page at each width, and a sentence for an address that answers an error."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.bench.running_site import BASE_DIR
from tests.journeys.conftest import VisitedSite
from tests.shots.__main__ import WIDTHS, main, take
from tests.shots.studio import Studio
from tests.shots.visits import VISITORS, Visit


def test_a_page_is_shown_whole_at_each_width_and_an_error_is_named(
    browser: Browser, site: VisitedSite, tmp_path: Path
) -> None:
    studio = Studio(site, browser, {"absent": "/nulle-part/"})
    with studio.visitor("editrice@example.org", color_scheme="dark") as page:
        told = [
            *take(
                studio,
                page,
                Visit("guide", "/admin/guide/"),
                tmp_path,
                "dark",
            ),
            *take(studio, page, Visit("absent", "{absent}"), tmp_path, "dark"),
        ]

    assert set(told) == {f"{site.address}/nulle-part/ answers 404 instead of 200."}
    for width in WIDTHS:
        with Image.open(tmp_path / f"guide-{width}-dark.png") as picture:
            assert picture.width == width
            assert picture.height > 2000
            assert max(picture.convert("L").getpixel((width - 2, 10)), 60) == 60


def test_no_two_pictures_have_one_name() -> None:
    for _email, visits in VISITORS.values():
        assert len({visit.name for visit in visits}) == len(visits)


def test_pictures_never_land_in_the_repository() -> None:
    assert main([str(BASE_DIR / "shots")]) == 2
    assert not (BASE_DIR / "shots").exists()
