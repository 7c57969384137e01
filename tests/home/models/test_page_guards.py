"""Pages that the site needs keep their place, their public and their life, by whatever way."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, Page, PageViewRestriction

from home.access import EDITORS_GROUP, MEMBERS_GROUP, NEEDED_GROUPS, PRIVATE_COLLECTION
from home.models import HomePage, StandardPage
from home.models.page_guards import ActRefused
from tests.builders import make_members_page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("whole_site"),
    pytest.mark.ignore_template_errors,
]

NEEDED = [
    "", "actualites", "agenda", "ressources", "rejoindre", "membres", "membres/annuaire",
    "membres/invitations", "le-reseau", "mentions-legales", "accessibilite",
    "donnees-personnelles", "cookies", "contact",
]  # fmt: skip


def needed_pages():
    return [page for page in Page.objects.specific() if getattr(page, "is_needed", False)]


@pytest.fixture
def staff(client, django_user_model):
    """A superuser: Wagtail refuses them nothing."""
    client.force_login(django_user_model.objects.create_superuser("admin@example.org", "x"))
    return client


def state():
    return list(Page.objects.order_by("pk").values("pk", "path", "live", "slug", "expire_at"))


def restrictions():
    rows = PageViewRestriction.objects.values_list("page__path", "restriction_type", "groups__name")
    return sorted(rows)


def messages_of(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_these_pages_are_needed():
    paths = {page.url_path.removeprefix("/accueil/").strip("/") for page in needed_pages()}

    assert paths == set(NEEDED)


@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_no_address_takes_a_needed_page_away(staff, act):
    before = state()

    for page in needed_pages():
        address = reverse(f"wagtailadmin_pages:{act}", args=[page.pk])
        for answer in (staff.get(address, follow=True), staff.post(address, follow=True)):
            assert "est nécessaire au site" in messages_of(answer), page

    assert state() == before


def test_an_editor_is_refused_as_well_and_still_changes_ranks(client, django_user_model):
    user = django_user_model.objects.create_user("editrice@example.org", "x")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    client.force_login(user)
    agenda = Page.objects.get(slug="agenda")

    answer = client.post(reverse("wagtailadmin_pages:delete", args=[agenda.pk]), follow=True)
    client.post(reverse("wagtailadmin_pages:set_page_position", args=[agenda.pk]) + "?position=0")

    assert "est nécessaire au site" in messages_of(answer)
    assert HomePage.objects.get().get_children().first() == agenda


@pytest.mark.parametrize("act", ["delete", "unpublish"])
def test_no_bulk_action_takes_a_needed_page_away(staff, act):
    """Nor the ordinary pages that are chosen with it: nothing happens, and the message says why."""
    other = HomePage.objects.get().add_child(instance=StandardPage(title="Autre", slug="autre"))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", act])
    before = state()

    for page in needed_pages():
        data = {"include_descendants": "on", "site_name": "Site"}
        answer = staff.post(f"{address}?id={page.pk}&id={other.pk}", data, follow=True)
        if answer.redirect_chain:
            assert "est nécessaire au site" in messages_of(answer), page

    assert state() == before


def test_needed_pages_below_an_unpublished_branch_stay(staff):
    """The bulk action with its descendants, on a page that may be unpublished, asks each of them."""
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    root = Page.get_first_root_node()

    staff.post(f"{address}?id={root.pk}", {"include_descendants": "on"})

    assert all(page.live for page in needed_pages())


def test_a_needed_page_does_not_move_away_but_changes_its_rank(staff):
    home = HomePage.objects.get()
    target = home.add_child(instance=StandardPage(title="Dossier", slug="dossier"))
    target.save_revision().publish()
    before = state()

    for page in needed_pages():
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
        confirm = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
        staff.post(f"{bulk}?id={page.pk}", {"chooser": target.pk})
        assert "est nécessaire au site" in messages_of(staff.post(confirm, follow=True)), page
        assert "est nécessaire au site" in messages_of(
            staff.get(reverse("wagtailadmin_pages:move", args=[page.pk]), follow=True)
        )
    assert state() == before

    agenda = Page.objects.get(slug="agenda")
    staff.post(reverse("wagtailadmin_pages:set_page_position", args=[agenda.pk]) + "?position=0")
    assert home.get_children().first() == agenda


def test_a_needed_page_has_no_copy_and_no_alias(staff):
    home = HomePage.objects.get()
    count = Page.objects.count()

    for page in needed_pages():
        if page.slug == "le-reseau":
            continue  # a copy is an ordinary page
        data = {
            "new_title": "Copie",
            "new_slug": "copie",
            "new_parent_page": home.pk,
            "alias": "on",
        }
        address = reverse("wagtailadmin_pages:copy", args=[page.pk])
        assert "est nécessaire au site" in messages_of(staff.post(address, data, follow=True)), page

    assert Page.objects.count() == count


def test_the_api_of_the_back_office_refuses_too(staff):
    """It asks only the permissions, no hook."""
    home, before, count = HomePage.objects.get(), state(), Page.objects.count()

    for page in needed_pages():
        for action, data in (
            ("delete", {}),
            ("unpublish", {"recursive": True}),
            ("move", {"destination_page_id": page.pk, "position": "last-child"}),
            ("copy", {"destination_page_id": home.pk, "slug": f"copie-{page.pk}"}),
            ("create_alias", {"destination_page_id": home.pk, "slug": f"alias-{page.pk}"}),
        ):
            if page.slug == "le-reseau" and action in {"copy", "create_alias"}:
                continue
            address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
            answer = staff.post(address, json.dumps(data), content_type="application/json")
            assert answer.status_code in {400, 403}, (page, action, answer.content)

    assert (state(), Page.objects.count()) == (before, count)


@pytest.mark.parametrize("kind", ["none", "login", "groups"])
def test_the_public_of_a_needed_page_does_not_change(staff, kind):
    before = restrictions()
    other = Group.objects.create(name="Autre")

    for page in needed_pages():
        address = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
        answer = staff.post(address, {"restriction_type": kind, "groups": [other.pk]})
        assert "est nécessaire au site" in json.loads(answer.content)["html"].replace("&#x27;", "’")

    assert restrictions() == before


def test_a_needed_page_that_was_closed_may_be_opened_again(staff):
    agenda = Page.objects.get(slug="agenda")
    PageViewRestriction.objects.create(page=agenda, restriction_type="login")

    staff.post(
        reverse("wagtailadmin_pages:set_privacy", args=[agenda.pk]), {"restriction_type": "none"}
    )

    assert not agenda.view_restrictions.exists()


def test_a_needed_page_has_no_expiry_date(staff):
    tomorrow = timezone.now() + timedelta(days=1)

    for page in needed_pages():
        page.expire_at = tomorrow
        with pytest.raises(ValidationError, match="ne peut pas expirer"):
            page.full_clean()


def test_an_expiry_date_that_stands_already_does_nothing(staff):
    """In the row of a page, and in a draft that is published."""
    keys = [page.pk for page in needed_pages()]
    draft = Page.objects.get(slug="contact").specific.save_revision()
    for page in needed_pages():
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    draft.content["expire_at"] = (timezone.now() + timedelta(days=1)).isoformat()
    draft.save()

    call_command("publish_scheduled")
    draft.publish()

    kept = Page.objects.filter(pk__in=keys)
    assert set(kept.values_list("live", "expire_at")) == {(True, None)}


def test_the_verbs_refuse(whole_site):
    for page in needed_pages():
        for verb in (page.delete, page.unpublish):
            with pytest.raises(ActRefused, match="est nécessaire au site"):
                verb()


def test_the_text_of_a_needed_page_may_change(staff, wagtail_templates):
    page = StandardPage.objects.get(slug="le-reseau")

    assert staff.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.title, page.slug = "Qui sommes-nous", "qui"
    page.save_revision().publish()

    assert Page.objects.get(pk=page.pk).url == "/qui/"


def test_the_page_of_a_kind_of_legal_text_keeps_its_kind():
    page = Page.objects.get(slug="contact").specific
    form = page.get_edit_handler().get_form_class()

    assert "kind" not in form.base_fields
    assert not type(page).can_create_at(HomePage.objects.get())


def test_no_button_is_offered_for_what_is_refused(staff):
    for page in needed_pages():
        parent = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
        shown = staff.get(parent).content.decode()
        for act in ("delete", "unpublish", "move"):
            assert reverse(f"wagtailadmin_pages:{act}", args=[page.pk]) not in shown


def test_an_ordinary_page_is_deleted_moved_unpublished_and_reserved(staff):
    home, section = HomePage.objects.get(), make_members_page()
    page = home.add_child(instance=StandardPage(title="Autre", slug="autre"))

    staff.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not Page.objects.get(pk=page.pk).live
    staff.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, section.pk]))
    assert Page.objects.get(pk=page.pk).is_child_of(section)
    staff.post(
        reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), {"restriction_type": "login"}
    )
    assert page.view_restrictions.exists()
    staff.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(pk=page.pk).exists()


def test_the_groups_that_code_names_are_neither_deleted_nor_renamed(staff):
    for group in Group.objects.filter(name__in=NEEDED_GROUPS):
        address = reverse("wagtailusers_groups:delete", args=[group.pk])
        assert "est nécessaire au site" in messages_of(staff.post(address, follow=True))
        edit = reverse("wagtailusers_groups:edit", args=[group.pk])
        assert "gardez" in staff.post(edit, {"name": "Autre"}).content.decode()
        assert address not in staff.get(edit).content.decode()

    assert set(Group.objects.values_list("name", flat=True)) >= NEEDED_GROUPS


def test_another_group_is_deleted(staff):
    group = Group.objects.create(name="Autre")

    staff.post(reverse("wagtailusers_groups:delete", args=[group.pk]))

    assert not Group.objects.filter(name="Autre").exists()


def test_the_collection_of_the_section_stays_private(staff):
    collection = Collection.objects.get(name=PRIVATE_COLLECTION)
    name = ("wagtailadmin_collections:set_privacy", [collection.pk])

    answer = staff.post(reverse(name[0], args=name[1]), {"restriction_type": "none"})
    staff.post(reverse("wagtailadmin_collections:delete", args=[collection.pk]))
    edit = reverse("wagtailadmin_collections:edit", args=[collection.pk])
    staff.post(edit, {"name": "Autre", "parent": Collection.get_first_root_node().pk})

    assert "son accès ne change pas" in json.loads(answer.content)["html"]
    [restriction] = Collection.objects.get(name=PRIVATE_COLLECTION).view_restrictions.all()
    assert [group.name for group in restriction.groups.all()] == [MEMBERS_GROUP]


def test_the_site_has_no_screen_for_its_address_and_root(staff):
    assert staff.get("/admin/sites/").status_code == 404
