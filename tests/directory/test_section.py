import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from wagtail.models import Page

from directory.models import Bookmark, Member, MembersPage, User
from home.access import MEMBERS_GROUP
from home.models import NewsIndexPage, NewsPage, StandardPage, Theme
from tests.builders import (
    make_document,
    make_home,
    make_invitation,
    make_member,
    make_members_page,
    make_organisation,
    make_territory,
)

pytestmark = pytest.mark.django_db

LOG_IN = "/compte/connexion/?next="


@pytest.fixture
def section():
    section = make_members_page()
    section.add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    return section


@pytest.fixture
def member():
    return make_member(first_name="Awa", last_name="Membre", email="awa@example.org")


@pytest.fixture
def member_client(client, member):
    client.force_login(member.user)
    return client


def clients(section):
    """Each kind of visitor."""
    member, former = make_member(), make_member()
    former.user.groups.clear()
    editor = User.objects.create_user("editrice@example.org")
    editor.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    admin = User.objects.create_superuser("admin@example.org")
    visitors = {"anonymous": Client()}
    for name, user in (
        ("former", former.user),
        ("member", member.user),
        ("editor", editor),
        ("admin", admin),
    ):
        visitors[name] = Client()
        visitors[name].force_login(user)
    return visitors


@pytest.mark.ignore_template_errors  # the bar of an administrator
def test_the_access_matrix(section):
    """Lines 1, 2 and 3: visitors × private addresses."""
    make_member(first_name="Zoé", last_name="Secrète")
    invitation = make_invitation()
    open_to_members = [
        "/membres/",
        "/membres/annuaire/",
        "/membres/annuaire/zoe-secrete/",
        "/membres/invitations/",
        "/membres/ma-fiche/",
        "/membres/inscriptions/",
        "/membres/enregistrements/",
        "/membres/mes-donnees/",
        "/membres/reservee/",
    ]
    absent = ["/membres/absente/", "/membres/annuaire/personne/", "/membres/a/b/c/"]
    download = f"/membres/invitations/{invitation.pk}/telecharger/"
    expected = {
        "anonymous": (302, 302, 302),
        "former": (403, 403, 403),
        "member": (200, 404, 302),
        "editor": (200, 404, 302),
        "admin": (200, 404, 302),
    }

    for visitor, client in clients(section).items():
        for addresses, status in zip(
            (open_to_members, absent, [download]), expected[visitor], strict=True
        ):
            for address in addresses:
                answer = client.get(address)
                assert (visitor, address, answer.status_code) == (visitor, address, status)
                assert answer["Cache-Control"] == "private, no-store", (visitor, address)
                assert answer["X-Robots-Tag"] == "noindex"
                if visitor == "anonymous":
                    assert answer["Location"] == LOG_IN + address
                if visitor in {"anonymous", "former"}:
                    assert b"Secr" not in answer.content
        for address in ("/membres/ma-fiche/", "/membres/enregistrements/"):
            status = client.post(address, {"page": "1"}).status_code
            assert status == {"anonymous": 302, "former": 403}.get(visitor, status)
    assert not Bookmark.objects.exists()


def test_the_section_stays_closed_when_its_restriction_is_removed(client, section):
    section.view_restrictions.all().delete()

    assert client.get("/membres/annuaire/").status_code == 302
    client.force_login(User.objects.create_user("x@example.org"))
    assert client.get("/membres/annuaire/").status_code == 403


def test_a_member_who_is_removed_or_deactivated_is_refused_at_once(member, section):
    """Lines 4 and 5."""
    removed, closed = Client(), Client()
    other = make_member()
    removed.force_login(member.user)
    closed.force_login(other.user)
    assert removed.get("/membres/").status_code == closed.get("/membres/").status_code == 200

    member.user.groups.clear()
    User.objects.filter(pk=other.user.pk).update(is_active=False)

    assert removed.get("/membres/").status_code == 403
    assert closed.get("/membres/").status_code == 302


def test_search_and_facets_answer_from_the_address_bar(member_client, section):
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


def test_a_territory_holds_what_stands_inside_it(member_client, section):
    department = make_territory("Somme", code="80")
    epci = make_territory("Amiens Métropole", code="248000531", kind="epci", parent=department)
    town = make_territory("Amiens", code="80021", kind="commune", parent=epci)
    make_organisation("Dedans", territory=town)
    make_organisation("Ailleurs", territory=make_territory("Oise", code="60"))

    for code in ("80", "248000531", "80021"):
        answer = member_client.get(f"/membres/annuaire/?territoire={code}")
        assert [entry.fields["name"] for entry in answer.context["entries"]] == ["Dedans"]


def test_facets_count_what_the_other_answers_leave(member_client, section):
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
def test_bad_parameters_never_break_the_directory(member_client, section, query):
    answer = member_client.get(f"/membres/annuaire/?{query}")

    assert answer.status_code == 200
    assert b"<script>" not in answer.content


def test_an_empty_result_helps_and_keeps_the_filters(member_client, section):
    """Line 36."""
    answer = member_client.get("/membres/annuaire/?q=introuvable&qui=personnes").content.decode()

    assert "Personne ne répond à cette recherche." in answer
    assert 'href="?qui=personnes"' in answer
    assert 'role="status"' in answer


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


def test_no_e_mail_address_stands_in_any_page(member_client, section):
    """Lines 33 and 38."""
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
    found = member_client.get("/membres/annuaire/?q=zoe.contact@example.org")
    assert found.context["entries"] == []


@pytest.mark.ignore_template_errors  # the bar of an administrator
def test_a_hidden_field_is_read_by_its_owner_and_the_team_only(member, section):
    """Line 32."""
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


def card_data(**changed):
    return {
        "first_name": "Awa",
        "last_name": "Membre",
        "role": "Animatrice",
        "montrer_role": "on",
        "website": "www.exemple.fr",
        **changed,
    }


def test_a_member_edits_their_own_card_and_nothing_else(member_client, member, section):
    """A33, line 34."""
    organisation = make_organisation()

    answer = member_client.post(
        "/membres/ma-fiche/",
        card_data(
            is_superuser="1",
            is_staff="1",
            groups="1",
            user="1",
            status="approved",
            is_ambassador="on",
            organisation=str(organisation.pk),
            slug="autre",
            last_name="Dupont",
        ),
    )

    assert answer.status_code == 302
    member = Member.objects.get(pk=member.pk)
    assert (member.name, member.role, member.website) == (
        "Awa Dupont",
        "Animatrice",
        "https://www.exemple.fr",
    )
    assert (member.is_ambassador, member.organisation, member.slug) == (False, None, "awa-membre")
    assert member.visibility["role"] == "members"
    assert member.visibility["presentation"] == "me"
    assert (member.user.get_full_name(), member.user.is_superuser) == ("Awa Dupont", False)
    assert " animatrice " in member.search_text


def test_errors_of_ones_own_card_are_in_french_and_keep_what_was_typed(member_client, section):
    answer = member_client.post(
        "/membres/ma-fiche/", card_data(website="pas une adresse", offers="Ma salle")
    ).content.decode()

    assert "Saisissez une URL valide." in answer
    assert "Ma salle" in answer


def photo(size=(1200, 900), **options):
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "chez moi"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", size, "teal").save(content, "JPEG", exif=exif, **options)
    return SimpleUploadedFile("moi.jpg", content.getvalue(), "image/jpeg")


def test_a_photo_loses_what_the_camera_wrote_and_is_for_members_only(
    member_client, member, section
):
    """A2, line 50."""
    member_client.post("/membres/ma-fiche/", card_data(photo=photo(), montrer_photo="on"))
    address = "/membres/annuaire/awa-membre/photo/"

    answer = member_client.get(address)
    picture = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (800, 600), {})
    assert Client().get(address).status_code == 302

    name = Member.objects.get(pk=member.pk).photo.name
    member_client.post("/membres/ma-fiche/", card_data(remove_photo="on"))
    assert member_client.get(address).status_code == 404
    assert name


def test_a_replaced_photo_is_gone_from_the_disk(
    member_client, member, section, django_capture_on_commit_callbacks
):
    member_client.post("/membres/ma-fiche/", card_data(photo=photo()))
    first = Member.objects.get(pk=member.pk).photo.name

    with django_capture_on_commit_callbacks(execute=True):
        member_client.post("/membres/ma-fiche/", card_data(photo=photo()))

    assert not storages["private"].exists(first)
    assert storages["private"].exists(Member.objects.get(pk=member.pk).photo.name)


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (
            lambda: SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "Envoyez une photo au format JPEG, PNG ou WebP.",
        ),
        (
            lambda: SimpleUploadedFile("x.jpg", b"<html>", "image/jpeg"),
            "Envoyez une photo au format JPEG, PNG ou WebP.",
        ),
        (
            lambda: SimpleUploadedFile("x.jpg", b"0" * (5 * 1024 * 1024 + 1), "image/jpeg"),
            "Cette photo est trop lourde",
        ),
    ],
)
def test_other_files_are_refused_as_photos(member_client, member, section, upload, sentence):
    answer = member_client.post("/membres/ma-fiche/", card_data(photo=upload()))

    assert sentence in answer.content.decode()
    assert not Member.objects.get(pk=member.pk).photo


def test_a_bomb_of_pixels_is_refused(member_client, member, section):
    """A31, line 50."""
    content = BytesIO()
    Image.new("1", (13_000, 13_000)).save(content, "PNG")
    bomb = SimpleUploadedFile("bombe.png", content.getvalue(), "image/png")

    answer = member_client.post("/membres/ma-fiche/", card_data(photo=bomb))

    assert answer.status_code == 200
    assert not Member.objects.get(pk=member.pk).photo


def test_someone_of_the_team_without_a_card_writes_one(client, section):
    user = User.objects.create_user("equipe@example.org", first_name="Agathe", last_name="Rivière")
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    client.force_login(user)

    assert "Agathe" in client.get("/membres/ma-fiche/").content.decode()
    client.post("/membres/ma-fiche/", card_data(first_name="Agathe", last_name="Rivière"))

    assert Member.objects.get(user=user).slug == "agathe-riviere"


def test_a_page_is_saved_and_forgotten(member_client, member, section):
    page = make_home().add_child(instance=StandardPage(title="À relire", slug="a-relire"))

    for _twice in range(2):
        answer = member_client.post("/membres/enregistrements/", {"page": page.pk})
        assert (answer.status_code, answer["Location"]) == (302, "/membres/enregistrements/")
    assert "À relire" in member_client.get("/membres/enregistrements/").content.decode()
    bookmark = Bookmark.objects.get()
    member_client.get("/membres/enregistrements/", {"oublier": bookmark.pk})
    assert Bookmark.objects.exists()
    member_client.post("/membres/enregistrements/", {"oublier": bookmark.pk})
    assert not Bookmark.objects.exists()


def test_a_saved_page_that_is_gone_tells_no_title(member_client, member, section):
    """Line 63."""
    page = make_home().add_child(instance=StandardPage(title="À relire", slug="a-relire"))
    member_client.post("/membres/enregistrements/", {"page": page.pk})
    Page.objects.filter(pk=page.pk).update(live=False)

    shown = member_client.get("/membres/enregistrements/").content.decode()

    assert "Plus disponible" in shown
    assert "À relire" not in shown


def test_nobody_forgets_the_bookmark_of_another(member_client, section):
    """A34, line 35."""
    other = make_member()
    bookmark = Bookmark.objects.create(user=other.user, page=make_home())

    member_client.post("/membres/enregistrements/", {"oublier": bookmark.pk})

    assert list(Bookmark.objects.all()) == [bookmark]


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 50, "٣", ""])
def test_a_page_that_is_no_page_is_not_saved(member_client, section, value):
    assert member_client.post("/membres/enregistrements/", {"page": value}).status_code == 302
    assert not Bookmark.objects.exists()


def test_invitations_have_dates_and_an_audience(member_client, member, section):
    today = timezone.localdate()
    make_invitation(title="Du jour", available_from=today, available_until=today)
    late = make_invitation(title="Finie", available_until=today - timedelta(days=1))
    make_invitation(title="À venir", available_from=today + timedelta(days=1))
    chosen = make_invitation(title="Ambassade", audience="ambassadors")

    def titles():
        answer = member_client.get("/membres/invitations/")
        return {invitation.title for invitation in answer.context["invitations"]}

    assert titles() == {"Du jour"}
    for refused in (late, chosen):
        address = f"/membres/invitations/{refused.pk}/telecharger/"
        assert member_client.get(address).status_code == 404
    Member.objects.filter(pk=member.pk).update(is_ambassador=True)
    assert titles() == {"Du jour", "Ambassade"}


def test_an_invitation_says_its_format_and_its_weight(member_client, section):
    make_invitation()

    shown = member_client.get("/membres/invitations/").content.decode()

    assert "PDF" in shown
    assert "Format\u00a0: PDF · Poids\u00a0: 20\u00a0o" in shown


def test_an_open_document_is_no_invitation(section):
    invitation = make_invitation()
    invitation.document = make_document()

    with pytest.raises(ValidationError, match="collection réservée"):
        invitation.full_clean()


def test_the_section_is_made_once(section):
    assert not MembersPage.can_create_at(make_home())


def test_an_article_is_saved_by_members_only(member_client, section):
    news = make_home().add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))
    article = news.add_child(instance=NewsPage(title="Article", slug="article"))

    shown = member_client.get(article.url).content.decode()
    assert "Enregistrer dans mon espace" in shown
    member_client.post("/membres/enregistrements/", {"page": article.pk})
    assert "Retirer de mon espace" in member_client.get(article.url).content.decode()
    assert "mon espace" not in Client().get(article.url).content.decode()
