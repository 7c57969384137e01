"""« Bilan de l’année »: the screen, its downloads, closing and opening again."""

from collections import Counter
from io import BytesIO
from typing import Any

import openpyxl
import pikepdf
import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.access import AUTHORS_GROUP, EDITORS_GROUP
from home.figures.statement import YearRefused, close_year
from home.models import Subscriber, Theme, YearFigures
from site_cms.site_tree import ensure_site
from tests.builders import NOW, make_resource
from tests.home.pdf.test_leaflets import tags

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # Wagtail's

YEAR = "/admin/rapports/bilan/2026/"
LAST = "/admin/rapports/bilan/2025/"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def log_in(django_user_model: Any) -> Any:
    ensure_site()

    def person(group: str) -> Client:
        user = django_user_model.objects.create_user(
            f"{group.lower()}@example.org", first_name="Zoé"
        )
        if group == "super":
            user.is_superuser = True
            user.save()
        else:
            user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return person


def make_subscribers(number: int, *, at: Any = NOW) -> None:
    Subscriber.objects.bulk_create(
        Subscriber(email=f"lettre-{place}@example.org", confirmed_at=at) for place in range(number)
    )


def test_the_screen_says_each_figure_how_it_is_counted_and_hides_small_ones(log_in):
    desk = log_in(EDITORS_GROUP)
    make_subscribers(3, at=NOW.replace(month=2))
    make_resource(title="Un guide")

    html = desk.get(YEAR).content.decode()

    assert desk.get("/admin/rapports/bilan/").url == YEAR
    assert "Chiffres provisoires, comptés le 1er juin 2026\u00a0: l’année n’est pas finie." in html
    assert "Ressources publiées\u00a0: 1." in html
    assert "Abonné·es à la lettre\u00a0: moins de 5." in html
    assert "Les pages de ressources publiées pour la première fois dans l’année" in html
    assert '<p class="year-figure__number">3</p>' not in html
    revealed = desk.get(YEAR, {"petits": "1"}).content.decode()
    assert '<p class="year-figure__number">3</p>' in revealed
    assert "Abonné·es à la lettre\u00a0: moins de 5." in revealed  # the text to paste


def test_authors_read_the_figures_and_neither_close_nor_see_small_ones(log_in):
    desk = log_in(AUTHORS_GROUP)
    make_subscribers(3, at=NOW.replace(month=2))

    html = desk.get(YEAR, {"petits": "1"}).content.decode()

    assert '<p class="year-figure__number">3</p>' not in html
    assert desk.post(f"{LAST}clore/").status_code == 302
    assert not YearFigures.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/admin/rapports/bilan/1999/", "/admin/rapports/bilan/2027/", f"{YEAR}?theme=absent"],
)
def test_a_year_to_come_and_a_theme_that_is_not_there_are_not_found(log_in, address):
    assert log_in(EDITORS_GROUP).get(address).status_code == 404


def test_a_theme_has_its_own_figures(log_in):
    water = Theme.objects.create(name="Eau", slug="eau")
    make_resource(title="Un guide")
    make_resource(title="Un guide de l’eau", themes=[water])

    html = log_in(EDITORS_GROUP).get(YEAR, {"theme": "eau"}).content.decode()

    assert "Bilan de l’année 2026, Eau" in html
    assert "Ressources publiées\u00a0: 1." in html
    assert "Abonné·es" not in html


def test_the_spreadsheet_has_numbers_as_numbers(log_in):
    """desk 17."""
    make_subscribers(7, at=NOW.replace(month=2))
    make_resource(title="Un guide")

    answer = log_in(EDITORS_GROUP).get(f"{YEAR}tableur/")

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = {row[1].value: row[3] for row in sheet.iter_rows(min_row=2) if not row[2].value}
    assert (cells["Abonné·es à la lettre"].value, cells["Abonné·es à la lettre"].data_type) == (
        7,
        "n",
    )
    assert cells["Ressources publiées"].value == 1
    assert answer["Content-Disposition"] == 'attachment; filename="bilan-de-l-annee-2026.xlsx"'


def test_the_pdf_has_language_title_and_tables_with_headings(log_in):
    """desk 16."""
    make_subscribers(7, at=NOW.replace(month=2))

    answer = log_in(EDITORS_GROUP).get(f"{YEAR}pdf/")

    with pikepdf.open(BytesIO(answer.content)) as pdf, pdf.open_metadata() as told:
        root = pdf.Root
        kinds = Counter(str(node["/S"]) for node in tags(root.StructTreeRoot))
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr-FR", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert told["dc:title"].startswith("Bilan de l’année 2026 – ")
        assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert kinds["/H1"] == 1
        assert kinds["/Table"] >= 3
        assert kinds["/TH"] == 2 * kinds["/Table"]
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("/DescendantFonts" in font for font in fonts)  # embedded


def test_a_closed_year_is_said_to_be_and_a_superuser_opens_it_again(log_in):
    desk, superuser = log_in(EDITORS_GROUP), log_in("super")
    make_subscribers(7, at=NOW.replace(year=2025))

    assert "Clore l’année" in desk.get(LAST).content.decode()
    assert "sont gardés tels qu’ils sont" in desk.get(f"{LAST}clore/").content.decode()
    desk.post(f"{LAST}clore/")
    Subscriber.objects.all().delete()
    closed = desk.get(LAST).content.decode()

    assert "Année close le 1er juin 2026 par Zoé\u00a0: ces chiffres ne changent plus." in closed
    assert "Abonné·es à la lettre\u00a0: 7." in closed
    assert desk.post(f"{LAST}rouvrir/").status_code == 302
    assert YearFigures.objects.exists()
    superuser.post(f"{LAST}rouvrir/")
    assert "Abonné·es à la lettre\u00a0: 0." in desk.get(LAST).content.decode()


def test_a_year_is_closed_once_and_not_before_it_is_over(django_user_model):
    editor = django_user_model.objects.create_user("editrice@example.org")
    close_year(year=2025, by=editor, now=NOW)

    with pytest.raises(YearRefused, match="déjà close"):
        close_year(year=2025, by=editor, now=NOW)
    with pytest.raises(YearRefused, match="n’est pas finie"):
        close_year(year=2026, by=editor, now=NOW)


def test_what_is_no_year_is_neither_closed_nor_opened(log_in):
    desk = log_in("super")
    addresses = [
        f"/admin/rapports/bilan/{year}/{act}/"
        for year in (0, 1999, 2027, 9999, 10**12, 10**30)
        for act in ("clore", "rouvrir")
    ]

    assert {desk.post(address).status_code for address in addresses} == {404}
    assert not YearFigures.objects.exists()


def test_the_queries_of_a_year_do_not_depend_on_rows(log_in):
    desk = log_in(EDITORS_GROUP)

    def count() -> int:
        desk.get(YEAR)
        with CaptureQueriesContext(connection) as captured:
            desk.get(YEAR)
        return len(captured)

    make_resource(themes=[Theme.objects.create(name="Eau", slug="eau")])
    before = count()
    for number in range(4):
        theme = Theme.objects.create(name=f"Thème {number}", slug=f"theme-{number}")
        make_resource(themes=[theme])
    make_subscribers(30)

    assert count() == before
