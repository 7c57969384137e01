from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from directory.models import Invitation, MembersPage, User
from events.models import EventPage
from home.models import NewsPage, PrivacyCheck, SiteDocument, StandardPage
from site_cms.management.commands.clock import watch_at_night
from site_cms.privacy_check import run_watch
from site_cms.site_tree import ensure_private_collection, ensure_site
from tests.builders import (
    NOW,
    download_address,
    make_document,
    make_home,
    make_invitation,
    make_member,
    make_news,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _private_content(made_once):
    """A site with private content of each kind."""
    made_once(make_content)


def make_content():
    make_home()
    ensure_site()
    make_news(title="Article")
    section = MembersPage.objects.get()
    section.add_child(
        instance=StandardPage(title="Compte rendu du bureau", slug="bureau", lead="<p>Zibeline</p>")
    )
    event = EventPage(
        title="Atelier à huis clos", slug="huis-clos", starts_at=NOW.replace(year=2040)
    )
    MembersPage.objects.get().add_child(instance=event)
    collection = ensure_private_collection()
    make_invitation(document=make_document(name="invitation.pdf", collection=collection))
    make_member(first_name="Awa", last_name="Membre")


def findings():
    return run_watch(timezone.now()).findings


def test_a_sound_site_is_green_and_keeps_no_account(capsys):
    call_command("sentinelle")

    check = PrivacyCheck.objects.get()
    assert check.findings == []
    assert {kind: len(addresses) for kind, addresses in check.addresses.items()} == {
        "pages": 11,
        "calendriers": 1,
        "recherches": 3,
        "fichiers": 2,
        "invitations": 1,
        "fiches": 1,
        "exports": 13,
    }
    assert capsys.readouterr().out == "green: 32 addresses\n"
    assert not User.objects.filter(email__endswith=".invalid").exists()
    assert not Session.objects.exists()


def test_a_private_page_opened_by_mistake_turns_it_red(capsys):
    """The section loses its restriction."""
    call_command("sentinelle")
    PageViewRestriction.objects.all().delete()

    with pytest.raises(CommandError, match="red"):
        call_command("sentinelle")

    assert "/membres/bureau/\u00a0: n’importe qui l’obtient (réponse 200)." in (
        capsys.readouterr().err.splitlines()
    )
    assert not PrivacyCheck.objects.first().is_green


def test_a_page_that_leaves_the_private_part_turns_it_red():
    """It is no longer in the list; the previous run is kept to notice that."""
    page = make_news(title="Entre nous", slug="entre-nous")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    run_watch(timezone.now())
    restriction.delete()

    found = findings()

    address = page.url
    assert f"{address}\u00a0: était privée, et n’importe qui l’obtient maintenant." in found
    assert any(
        line.startswith("La liste est plus courte que la dernière fois, pages\u00a0: 11 au lieu")
        for line in found
    )


def test_a_page_for_any_account_is_open_to_former_members():
    """A44: having an account is not enough."""
    page = make_news(title="Entre nous", slug="entre-nous")
    PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert (
        f"{page.url}\u00a0: une personne qui n’est plus membre l’obtient (réponse 200)."
        in findings()
    )


def test_a_document_that_changes_collection_turns_it_red():
    """A1."""
    run_watch(timezone.now())
    document = make_invitation().document
    document.collection = document.collection.get_parent()
    document.save()

    assert f"{document.url}\u00a0: n’importe qui l’obtient (réponse 200)." in findings()


def test_an_invitation_that_members_do_not_get_turns_it_red():
    """Otherwise the refusals of strangers would prove nothing."""
    invitation = Invitation.objects.get()
    invitation.document.collection.get_view_restrictions().get().groups.clear()

    assert (
        f"{download_address(invitation)}\u00a0: un membre ne l’obtient pas (réponse 403)."
        in findings()
    )


def test_a_generated_invitation_is_checked_like_a_document():
    """A1: although it is generated from a public page, it is for members only."""
    event = EventPage(title="Voyage", slug="voyage", starts_at=NOW.replace(year=2040))
    MembersPage.objects.get().get_parent().add_child(instance=event)
    make_invitation(document=None, page=event)

    assert findings() == []


def test_an_expired_invitation_is_checked_too():
    """Members no longer get it, which is not a fault."""
    Invitation.objects.update(available_until=NOW.date())
    assert findings() == []
    run_watch(timezone.now())

    assert len(PrivacyCheck.objects.first().addresses["invitations"]) == 1


def test_a_document_that_is_not_the_one_stored_turns_it_red():
    """The content is compared, not only the status."""
    SiteDocument.objects.update(file_hash="0" * 40)

    document = Invitation.objects.get().document
    assert f"{document.url}\u00a0: un membre n’y trouve pas ce qui devrait y être." in findings()


def test_a_member_who_gets_nothing_turns_it_red():
    """Otherwise a check in which nobody gets anything would always be green."""
    restriction = PageViewRestriction.objects.get(page=MembersPage.objects.get())
    restriction.groups.clear()

    found = findings()

    assert "/membres/ma-fiche/\u00a0: un membre ne l’obtient pas (réponse 403)." in found


def test_a_shorter_list_turns_it_red_but_someone_who_leaves_does_not():
    others = [make_member() for _number in range(11)]
    run_watch(timezone.now())

    others[0].user.groups.clear()
    assert findings() == []

    for member in others[1:5]:
        member.user.groups.clear()
    assert [line.partition("\u00a0")[0] for line in findings()] == [
        "La liste est plus courte que la dernière fois, fiches"
    ]


def test_a_list_that_names_a_private_page_turns_it_red():
    """A9, A10: here a public page that links to a private one."""
    page = NewsPage.objects.get()
    home = page.get_parent().specific
    home.lead = '<p>Lire <a href="/membres/bureau/">ceci</a></p>'
    home.save()

    assert any(line.startswith(f"{home.url}\u00a0: cette liste nomme") for line in findings())


def test_the_clock_checks_once_a_night(time_machine):
    night = NOW.replace(hour=4, minute=0)
    PrivacyCheck.objects.create(checked_at=night - timedelta(days=1))

    for hour in (night, night + timedelta(hours=1)):
        time_machine.move_to(hour)
        watch_at_night(hour)

    assert PrivacyCheck.objects.count() == 2


@pytest.mark.ignore_template_errors  # Wagtail's own
@pytest.mark.parametrize(
    ("age", "findings", "words"),
    [
        (0, [], "<strong>Vert.</strong> 2\u00a0adresses privées vérifiées"),
        (0, ["/membres/\u00a0: n’importe qui l’obtient."] * 7, "Et 2\u00a0autres constats."),
        (3, [], "Rien n’a été vérifié depuis"),
    ],
)
def test_staff_see_green_or_red(client, age, findings, words):
    PrivacyCheck.objects.create(
        checked_at=timezone.now() - timedelta(days=age),
        addresses={"pages": ["/a/", "/b/"]},
        findings=findings,
    )
    client.force_login(User.objects.create_superuser("admin@example.org"))

    page = client.get("/admin/").content.decode()

    assert words in page
    assert page.count("Rouge.") == (1 if findings or age else 0)
