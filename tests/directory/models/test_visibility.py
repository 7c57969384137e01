"""The visibility of a field applies everywhere: page, list, search, facets, map, vCard."""

import pytest
from django.test import Client

from directory.models import Card, Member, Territory, User
from directory.models.visibility import is_shown, shown_to_members, visible_fields
from home.models import Theme
from tests.builders import make_member, make_members_page, make_territory

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

HIDDEN = {
    "city": "Zibeline-sur-Mer",
    "role": "Zibelinière",
    "presentation": "Zibeline du matin",
    "offers": "Zibeline du midi",
    "seeks": "Zibeline du soir",
    "phone": "06 zibeline",
    "email": "zibeline@example.org",
    "website": "https://zibeline.example.org",
}
CARD = "/membres/annuaire/awa-membre/"


@pytest.fixture(autouse=True)
def section():
    return make_members_page()


@pytest.fixture
def member():
    """A member with all fields filled and hidden."""
    theme = Theme.objects.create(name="Zibelines", slug="zibelines")
    member = make_member(
        first_name="Awa", last_name="Membre", email="awa@example.org", themes=[theme],
        territory=make_territory("Zibelinie", code="80"),
    )  # fmt: skip
    Member.objects.filter(pk=member.pk).update(role=HIDDEN["role"], city=HIDDEN["city"])
    member = Member.objects.get(pk=member.pk)
    for name, value in HIDDEN.items():
        setattr(member, name, value)
    member.visibility = dict.fromkeys(member.optional_fields, "me")
    member.save()
    return member


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def everywhere(client):
    """Return all that the directory shows of her, by place."""
    return {
        "fiche": client.get(CARD).content.decode(),
        "liste": client.get("/membres/annuaire/").content.decode(),
        "facettes": client.get("/membres/annuaire/?qui=personnes").content.decode(),
        "vcard": client.get(f"{CARD}contact/").content.decode(),
    }


def tellers(client):
    return {where for where, text in everywhere(client).items() if "zibelin" in text.lower()}


def test_hidden_fields_are_nowhere_for_other_members(member):
    """members 32: page, list, search, facets, vCard."""
    other = client_of(make_member().user)

    assert tellers(other) == set()
    for query in ("q=zibeline", "q=zibeliniere", "territoire=80", "theme=zibelines"):
        found = other.get(f"/membres/annuaire/?{query}").context["entries"]
        assert (query, [entry for entry in found if entry.card.pk == member.pk]) == (query, [])


def test_fields_shown_to_members_are_everywhere(member):
    """Counterpart of the test above: the same words once she shows them."""
    member.visibility = dict.fromkeys(member.optional_fields, "members")
    member.save()
    other = client_of(make_member().user)

    assert tellers(other) == {"fiche", "liste", "facettes", "vcard"}
    for query in ("q=zibeline", "q=zibeliniere", "territoire=80", "theme=zibelines"):
        found = other.get(f"/membres/annuaire/?{query}").context["entries"]
        assert (query, [entry.card.pk for entry in found]) == (query, [member.pk])


def test_the_owner_and_staff_see_all_fields(member):
    team = User.objects.create_superuser("admin@example.org")

    assert {"fiche", "vcard"} <= tellers(client_of(member.user))
    assert {"fiche", "vcard"} <= tellers(client_of(team))


def test_facets_do_not_count_hidden_values(member):
    """members 32: a count would reveal them."""
    other = client_of(make_member().user)
    [people] = other.get("/membres/annuaire/").context["facets"]

    assert [(link.title, link.count) for link in people.links] == [("Personnes", 2)]


def test_the_map_does_not_show_hidden_territories(member):
    """Acceptance members 32: no dot and no count."""
    place = Territory.objects.create(
        name="Zibelineville", code="80021", kind="commune", latitude=49.9, longitude=2.3
    )
    Member.objects.filter(pk=member.pk).update(territory=place)
    other = client_of(make_member().user)

    assert other.get("/membres/annuaire/").context["map"] is None
    make_member(territory=place)
    [dot] = other.get("/membres/annuaire/").context["map"].dots
    assert (dot.title, dot.count) == ("Zibelineville", 1)


@pytest.mark.parametrize("field", Member.optional_fields)
@pytest.mark.parametrize("choice", [{}, "me", "members"])
def test_the_filter_and_the_function_apply_the_same_visibility(field, choice):
    """The rule is written twice: for a card, and for queries."""
    card = make_member(visibility={field: choice} if choice else {})

    shown = Card.objects.filter(shown_to_members(field), pk=card.pk).exists()

    assert shown == is_shown(card.visibility, field)


def test_a_list_only_reads_the_fields_that_it_shows(member, django_assert_num_queries):
    """Themes are in another table: 24 cards would take 24 queries."""
    card, reader = Card.objects.for_list().get(pk=member.pk).specific, member.user

    with django_assert_num_queries(1):  # the visitor's groups
        fields = visible_fields(card, reader, among=("name", "phone"))

    assert fields == {"name": "Awa Membre", "phone": "06 zibeline"}


def test_a_member_can_see_their_card_as_another_member(member):
    """« Voir ma fiche comme un autre membre »."""
    own = client_of(member.user)

    page = own.get(f"{CARD}?comme=membre").content.decode()

    assert "zibelin" not in page.lower()
    assert "Voici votre fiche comme la voit un autre membre." in page
    assert f"{CARD}?comme=membre" in own.get("/membres/ma-fiche/").content.decode()


def test_seeing_as_a_member_shows_nothing_to_non_members(member):
    former = make_member().user
    former.groups.clear()

    assert client_of(former).get(f"{CARD}?comme=membre").status_code == 403
    assert Client().get(f"{CARD}?comme=membre").status_code == 302


def test_the_vcard_is_a_file_that_is_not_cached(member):
    """members 37: only visible fields."""
    answer = client_of(member.user).get(f"{CARD}contact/")

    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="awa-membre.vcf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert "EMAIL;TYPE=INTERNET:zibeline@example.org" in answer.content.decode()


def test_the_vcard_of_a_missing_card_is_404(member):
    assert client_of(member.user).get("/membres/annuaire/personne/contact/").status_code == 404
