import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.models import Card, Member
from home.models import Theme
from tests.builders import make_member, make_members_page, make_organisation, make_territory

pytestmark = pytest.mark.django_db


def test_slugs_are_unique_across_members_and_organisations():
    organisation = make_organisation("Camille Exemple")
    first, second = make_member(), make_member()

    assert [organisation.slug, first.slug, second.slug] == [
        "camille-exemple",
        "camille-exemple-2",
        "camille-exemple-3",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(first_name="A", last_name="B", slug="camille-exemple")


def test_the_search_only_finds_words_visible_to_members():
    theme = Theme.objects.create(name="Coopération", slug="cooperation")
    member = make_member(
        presentation="J’anime des élu·es et des œuvres.",
        offers="Un barnum",
        phone="06 12 34 56 78",
        visibility={"offers": "me"},
        organisation=make_organisation("La Halle commune"),
        territory=make_territory("Aisne"),
        themes=[theme],
    )

    def found(words):
        return [card.pk for card in Card.objects.filter(as_member__isnull=False).search(words)]

    for words in ("élus", "oeuvre", "exemple camille", "halle", "aisne", "cooperation", "coop"):
        assert found(words) == [member.pk], words
    for words in ("barnum", "06", "introuvable"):
        assert found(words) == [], words


def test_the_search_finds_members_by_the_new_name_of_their_organisation():
    organisation = make_organisation("Ancien nom")
    member = make_member(organisation=organisation)

    organisation.name = "Moulin partagé"
    organisation.save()

    assert [card.pk for card in Card.objects.filter(as_member__isnull=False).search("moulin")] == [
        member.pk
    ]


def test_only_members_and_organisations_are_listed():
    member, former, suspended = make_member(), make_member(), make_member()
    former.user.groups.clear()
    suspended.user.is_active = False
    suspended.user.save()
    organisation = make_organisation()

    assert set(Card.objects.listed(timezone.now())) == {member.card, organisation.card}


def test_the_section_is_restricted_from_its_creation():
    section = make_members_page()

    [restriction] = section.get_view_restrictions()
    assert [group.name for group in restriction.groups.all()] == ["Membres du réseau"]
