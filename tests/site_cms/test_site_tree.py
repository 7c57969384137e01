from operator import itemgetter

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.actions.move_page import MovePageAction
from wagtail.documents.permissions import permission_policy as documents_policy
from wagtail.images.permissions import permission_policy as pictures_policy
from wagtail.models import Collection, Page, Site, Workflow

from directory.models import MembersPage
from events.models import EventIndexPage
from home.access import EDITORS_GROUP, MEMBERS_GROUP, PRIVATE_COLLECTION
from home.models import HomePage, LegalPage, NewsIndexPage, NewsPage, SiteSettings, StandardPage
from site_cms.site_tree import ensure_site
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_ensure_site_creates_the_permanent_urls():
    ensure_site()

    urls = {page.url for page in Page.objects.live().filter(depth__gte=2)}
    assert {
        "/",
        "/actualites/",
        "/agenda/",
        "/ressources/",
        "/le-reseau/",
        "/mentions-legales/",
        "/accessibilite/",
        "/donnees-personnelles/",
        "/cookies/",
        "/contact/",
        "/rejoindre/",
        "/membres/",
        "/membres/annuaire/",
        "/membres/invitations/",
    } <= urls


def test_an_import_makes_the_tree_first(folder):
    folder.write("a", "type: article\n")

    assert folder.run() == (["created /actualites/a/"], [])
    assert MembersPage.objects.exists()


def test_ensure_site_twice_changes_nothing():
    ensure_site()
    before = (
        tree(),
        groups(),
        list(Collection.objects.values_list("name")),
        Workflow.objects.count(),
    )

    ensure_site()

    assert before == (
        tree(),
        groups(),
        list(Collection.objects.values_list("name")),
        Workflow.objects.count(),
    )


def test_ensure_site_keeps_pages_renamed_by_editors():
    ensure_site()
    for model in (NewsIndexPage, StandardPage):
        page = model.objects.get()
        page.title, page.slug = "Nouvelles", f"nouvelles-{page.pk}"
        page.save_revision().publish()

    ensure_site()

    assert [page.title for page in NewsIndexPage.objects.all()] == ["Nouvelles"]
    assert [page.title for page in StandardPage.objects.all()] == ["Nouvelles"]


def remove_page(page):
    Page.objects.filter(pk=page.pk).delete()


def unpublish_page(page):
    Page.objects.filter(pk=page.pk).update(live=False, expired=True)


def let_it_expire(page):
    Page.objects.filter(pk=page.pk).update(expire_at=NOW)


def move_elsewhere(page):
    model = EventIndexPage if page.specific_class is NewsIndexPage else NewsIndexPage
    MovePageAction(page, Page.objects.type(model).get(), pos="last-child").execute()


@pytest.mark.parametrize("harm", [remove_page, unpublish_page, let_it_expire])
def test_ensure_site_repairs_every_page_that_the_site_needs(harm):
    home = ensure_site()
    before = urls_of_live_pages()
    needed = [page for page in Page.objects.descendant_of(home).specific() if page.is_needed]
    told = []

    for page in sorted(needed, key=lambda page: -page.depth):
        harm(Page.objects.get(pk=page.pk))
    ensure_site(told.append)

    assert urls_of_live_pages() == before
    assert len(told) == len(needed), told
    assert not Page.objects.filter(expire_at__isnull=False).exists()
    assert ensure_site(pytest.fail)


@pytest.mark.parametrize("slug", ["membres", "annuaire", "contact", "rejoindre"])
def test_ensure_site_moves_a_page_back(slug):
    ensure_site()
    before = urls_of_live_pages()
    told = []

    move_elsewhere(Page.objects.get(slug=slug))
    ensure_site(told.append)

    assert urls_of_live_pages() == before
    [sentence] = told
    assert sentence.startswith("Moved back to its place: ")


def urls_of_live_pages():
    return set(Page.objects.live().values_list("url_path", flat=True))


@pytest.mark.parametrize("kind", ["none", "login", "gone", "without group"])
def test_ensure_site_reserves_the_section_and_the_collection_for_members_again(kind):
    ensure_site()
    restricted = [MembersPage.objects.get(), Collection.objects.get(name=PRIVATE_COLLECTION)]
    for one in restricted:
        if kind == "gone":
            one.view_restrictions.all().delete()
        elif kind == "without group":
            one.view_restrictions.get().groups.clear()
        else:
            one.view_restrictions.update(restriction_type=kind)
    told = []

    ensure_site(told.append)

    assert told == [
        "Reserved for members again: /accueil/membres/",
        "Collection reserved for members again: Espace membres",
    ]
    for one in restricted:
        [restriction] = one.view_restrictions.all()
        assert restriction.restriction_type == "groups"
        assert [group.name for group in restriction.groups.all()] == [MEMBERS_GROUP]


def test_ensure_site_opens_nothing_to_the_public_by_itself():
    """Somebody may have closed a page on purpose, before that was refused."""
    ensure_site()
    agenda = EventIndexPage.objects.get()
    agenda.view_restrictions.create(restriction_type="login")
    told = []

    ensure_site(told.append)

    assert agenda.view_restrictions.exists()
    assert told[0].startswith("Not public, although the site needs it: /accueil/agenda/.")


def test_reading_a_page_of_a_new_site_writes_nothing(client):
    ensure_site()
    assert SiteSettings.objects.count() == 1
    SiteSettings.objects.all().delete()
    pages = Page.objects.live().public().filter(depth__gte=2)
    addresses = [page.url for page in pages] + ["/recherche/", "/plan-du-site/", "/lettre/"]

    with CaptureQueriesContext(connection) as queries:
        answers = {address: client.get(address).status_code for address in addresses}

    assert set(answers.values()) == {200}, answers
    # On PostgreSQL, unions are in brackets and long lists are read through a cursor.
    reads = ("SELECT", "(SELECT", "DECLARE")
    assert [sql for sql in map(itemgetter("sql"), queries) if not sql.startswith(reads)] == []


def test_ensure_site_names_the_site_after_the_network():
    ensure_site()
    Site.objects.update(site_name="Un autre nom")

    ensure_site()

    assert Site.objects.get().site_name == SiteSettings.objects.get().name


def test_ensure_site_sets_the_site_to_the_base_url(settings):
    settings.BASE_URL = "https://reseau.example.org"

    ensure_site()

    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page.specific_class) == (
        "reseau.example.org",
        443,
        HomePage,
    )


def test_no_group_may_change_accounts_or_groups():
    ensure_site()

    forbidden = Permission.objects.filter(content_type__model__in=["user", "group"])
    assert not Group.objects.filter(permissions__in=forbidden).exists()
    assert not Group.objects.get(name=MEMBERS_GROUP).permissions.exists()


def test_the_private_collection_is_for_members_only():
    ensure_site()

    collection = Collection.objects.get(name=PRIVATE_COLLECTION)
    [restriction] = collection.get_view_restrictions()
    assert [root.name for root in Collection.get_root_nodes()] == ["Fichiers publics"]
    assert [group.name for group in restriction.groups.all()] == [MEMBERS_GROUP]


def test_editors_may_publish_and_add_images_and_documents(django_user_model):
    home = ensure_site()
    editor = django_user_model.objects.create_user("editrice@example.org")
    editor.groups.add(Group.objects.get(name=EDITORS_GROUP))

    permissions = home.permissions_for_user(editor)

    assert (permissions.can_add_subpage(), permissions.can_publish_subpage()) == (True, True)
    assert editor.has_perm("home.change_sitesettings")
    assert editor.has_perm("wagtailadmin.access_admin")
    for policy in (pictures_policy, documents_policy):
        assert policy.user_has_permission(editor, "add")
        assert policy.user_has_permission(editor, "choose")


def test_pages_cannot_be_created_under_the_wrong_parent():
    home = ensure_site()
    news = NewsIndexPage.objects.get()

    assert NewsPage.can_create_at(news)
    assert not NewsPage.can_create_at(home)
    assert not StandardPage.can_create_at(news)
    assert not LegalPage.can_create_at(news)
    assert not EventIndexPage.can_create_at(home)  # it exists already
    assert not HomePage.can_create_at(home)


def tree():
    return list(Page.objects.order_by("path").values_list("path", "title", "url_path", "live"))


def groups():
    return sorted(
        (group.name, *sorted(group.permissions.values_list("codename", flat=True)))
        for group in Group.objects.all()
    )
