"""The directory: what it finds, counts and shows."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.models import Member, User
from home.models import Theme
from tests.builders import make_member, make_organisation, make_territory

pytestmark = pytest.mark.django_db


def test_search_and_facets_are_read_from_the_query_string(member_client, section):
    theme = Theme.objects.create(name="Eau", slug="eau")
    somme = make_territory("Somme", code="80")
    halle = make_organisation("La Halle commune", kind="tiers_lieu", territory=somme)
    make_member(
        first_name="Inès", last_name="Macquet", organisation=halle, territory=somme, themes=[theme]
    )
    make_member(first_name="Idriss", last_name="Carlier", presentation="Des élu·es en barque")

    def names(query):
        answer = member_client.get(f"/membres/annuaire/?{query}")
        return [entry.fields["name"] for entry in answer.context["entries"]]

    assert names("") == ["Idriss Carlier", "La Halle commune", "Inès Macquet", "Awa Membre"]
    assert names("q=élues") == ["Idriss Carlier"]
    assert names("qui=organisations") == ["La Halle commune"]
    assert names("type=tiers_lieu&qui=personnes") == ["Inès Macquet"]
    assert names("territoire=80&theme=eau") == ["Inès Macquet"]
    assert names("q=introuvable") == []


def test_a_territory_includes_the_territories_inside_it(member_client, section):
    department = make_territory("Somme", code="80")
    epci = make_territory("Amiens Métropole", code="248000531", kind="epci", parent=department)
    town = make_territory("Amiens", code="80021", kind="commune", parent=epci)
    make_organisation("Dedans", territory=town)
    make_organisation("Ailleurs", territory=make_territory("Oise", code="60"))

    for code in ("80", "248000531", "80021"):
        answer = member_client.get(f"/membres/annuaire/?territoire={code}")
        assert [entry.fields["name"] for entry in answer.context["entries"]] == ["Dedans"]


def test_facets_count_the_cards_that_match_the_other_facets(member_client, section):
    somme = make_territory("Somme", code="80")
    make_organisation("Une", territory=somme)
    make_organisation("Deux", kind="collectif")

    answer = member_client.get("/membres/annuaire/?qui=organisations")

    shown = {
        facet.title: [(link.title, link.count, link.current, link.url) for link in facet.links]
        for facet in answer.context["facets"]
    }
    assert shown == {
        "Personnes et organisations": [
            ("Personnes", 1, False, "?qui=personnes"),
            ("Organisations", 2, True, "?"),
        ],
        "Type d’organisation": [
            ("Association", 1, False, "?qui=organisations&type=association"),
            ("Collectif citoyen", 1, False, "?qui=organisations&type=collectif"),
        ],
        "Territoire": [("Somme", 1, False, "?qui=organisations&territoire=80")],
    }


def test_two_chosen_facets_limit_each_others_counts(member_client, section):
    """A theme and a territory: each facet counts the cards that match all others, and the page shows the total."""
    eau, air = (Theme.objects.create(name=name, slug=name.lower()) for name in ("Eau", "Air"))
    somme, oise = make_territory("Somme", code="80"), make_territory("Oise", code="60")
    amiens = make_territory("Amiens", code="80021", kind="commune", parent=somme)
    make_organisation("Sans thème", territory=somme)
    for name, territory, themes in (
        ("Une", somme, [eau, air]),
        ("Deux", amiens, [eau]),
        ("Trois", oise, [eau]),
        ("Quatre", amiens, [air]),
    ):
        make_organisation(name, territory=territory).themes.set(themes)

    answer = member_client.get("/membres/annuaire/?territoire=80&theme=eau")

    counts = {
        facet.title: {link.title: link.count for link in facet.links}
        for facet in answer.context["facets"]
    }
    assert counts == {
        "Personnes et organisations": {"Organisations": 2},
        "Type d’organisation": {"Association": 2},
        "Territoire": {"Oise": 1, "Somme": 2},
        "Thème": {"Air": 2, "Eau": 2},
    }
    assert answer.context["page_obj"].paginator.count == len(answer.context["entries"]) == 2


def test_the_map_links_each_place_to_its_list_and_has_the_same_list_as_text(member_client, section):
    """Each dot is a link with a name, and the list beside it has the same links; a department has no dot."""
    somme = make_territory(
        "Somme", code="80", latitude=49.9, longitude=2.3, outline="50,2 50,3 49,3"
    )
    amiens, albert = (
        make_territory(
            name, code=code, kind="commune", parent=somme, latitude=latitude, longitude=2.4
        )
        for name, code, latitude in (("Amiens", "80021", 49.89), ("Albert", "80016", 50.0))
    )
    for name, territory in (
        ("Une", amiens),
        ("Deux", amiens),
        ("Trois", albert),
        ("Quatre", somme),
    ):
        make_organisation(name, territory=territory)

    answer = member_client.get("/membres/annuaire/?qui=organisations&territoire=80021")

    shown = [(dot.title, dot.count, dot.current, dot.url) for dot in answer.context["map"].dots]
    assert shown == [
        ("Amiens", 2, True, "?qui=organisations"),
        ("Albert", 1, False, "?qui=organisations&territoire=80016"),
    ]
    page = answer.content.decode()
    assert page.count('href="?qui=organisations&amp;territoire=80016"') == 2
    assert 'aria-label="Albert\u00a0: 1\u00a0fiche"' in page
    assert page.count("<polygon") == 1


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=abc",
        "page=99999999999999999999",
        "theme=<script>",
        "territoire=abc",
        "type=zzz",
        "qui=%00",
        "q=%00%27",
        "q=!!!",
        "q=" + "é" * 5000,
    ],
)
def test_invalid_parameters_never_break_the_directory(member_client, section, query):
    answer = member_client.get(f"/membres/annuaire/?{query}")

    assert answer.status_code == 200
    assert b"<script>" not in answer.content


def test_an_empty_result_shows_hints_and_keeps_the_filters(member_client, section):
    """members 36."""
    answer = member_client.get("/membres/annuaire/?q=introuvable&qui=personnes").content.decode()

    assert "Aucune fiche ne correspond à cette recherche." in answer
    assert 'href="?qui=personnes"' in answer
    assert 'value="introuvable"' in answer
    [announced] = re.findall(r'role="status"[^>]*>(.*?)</', answer, re.DOTALL)
    assert announced.startswith("0\u00a0fiche pour «\u00a0introuvable\u00a0»")


def test_the_title_and_the_count_name_the_active_facets_with_their_way_off(member_client, section):
    """K16: with the words kept."""
    answer = member_client.get("/membres/annuaire/?q=exemple&qui=personnes").content.decode()

    [title] = re.findall(r"<title>(.*?)</title>", answer, re.DOTALL)
    [announced] = re.findall(r'<p role="status">(.*?)</p>', answer, re.DOTALL)
    assert "«\u00a0exemple\u00a0», Personnes" in title
    assert 'Personnes <a href="?q=exemple">Retirer' in announced
    assert '<a href="?q=exemple">Sans filtre</a>' in announced


def test_pages_of_the_directory_hold_24_cards(member_client, section):
    for number in range(30):
        make_organisation(f"Organisation {number:02}")

    first = member_client.get("/membres/annuaire/?qui=organisations")
    second = member_client.get("/membres/annuaire/?qui=organisations&page=2")

    assert [len(answer.context["entries"]) for answer in (first, second)] == [24, 6]
    assert "?qui=organisations&amp;page=2" in first.content.decode()


def test_the_directory_costs_the_same_with_1_and_30_cards(member_client, section):
    theme = Theme.objects.create(name="Eau", slug="eau")
    somme = make_territory("Somme")

    def queries():
        member_client.get("/membres/annuaire/?q=exemple")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            member_client.get("/membres/annuaire/?q=exemple")
        return len(captured)

    def add(number):
        organisation = make_organisation(f"Exemple {number}", territory=somme)
        make_member(organisation=organisation, territory=somme, themes=[theme])

    add(0)
    one = queries()
    for number in range(1, 15):
        add(number)

    assert queries() == one <= 16


def test_no_page_contains_an_email_address(member_client, section):
    """A46, members 33 and 38."""
    shown = make_member(
        first_name="Zoé",
        last_name="Visible",
        email="zoe.compte@example.org",
        visibility={"email": "members", "phone": "members"},
        phone="03 22 00 00 00",
    )
    Member.objects.filter(pk=shown.pk).update(email="zoe.contact@example.org")

    for address in ("/membres/annuaire/", "/membres/annuaire/zoe-visible/"):
        page = member_client.get(address).content.decode()
        assert "Zoé Visible" in page
        assert re.findall(r"[\w.+-]+@[\w-]+\.\w+", page) == []
    assert "03 22 00 00 00" in page
    for address in (
        "zoe.contact@example.org",
        "zoe.compte@example.org",
        "zoe.contact",
        "zoe.compte",
    ):
        found = member_client.get("/membres/annuaire/", {"q": address})
        assert (address, found.context["entries"]) == (address, [])


@pytest.mark.ignore_template_errors  # the bar of an administrator
def test_a_hidden_field_is_visible_to_its_owner_and_staff_only(member, section):
    """members 32."""
    Member.objects.filter(pk=member.pk).update(
        phone="06 11 22 33 44", offers="Un barnum", visibility={"offers": "me"}
    )
    reader, owner, team = Client(), Client(), Client()
    reader.force_login(make_member().user)
    owner.force_login(member.user)
    team.force_login(User.objects.create_superuser("admin@example.org"))

    seen = {
        name: [
            words in visitor.get("/membres/annuaire/awa-membre/").content.decode()
            for words in ("06 11 22 33 44", "Un barnum")
        ]
        for name, visitor in {"reader": reader, "owner": owner, "team": team}.items()
    }

    assert seen == {"reader": [False, False], "owner": [True, True], "team": [True, True]}
