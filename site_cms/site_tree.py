"""Pages, groups, collections and workflow required by the site.

`ensure_site()` creates what is missing and leaves the rest unchanged. It runs at every release and before every
import. Each page is written in its own transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from directory.models import DirectoryPage, InvitationsPage, JoinPage, MembersPage
from events.models import EventIndexPage
from home.access import MEMBERS_GROUP
from home.models import (
    BasePage,
    HomePage,
    LegalKind,
    LegalPage,
    NewsIndexPage,
    ResourceIndexPage,
    SiteSettings,
    StandardPage,
)

EDITORS_GROUP = "Éditeurs"
AUTHORS_GROUP = "Rédaction"
ANIMATION_GROUP = "Animation"
PRIVATE_COLLECTION = "Espace membres"
PUBLIC_COLLECTION = "Fichiers publics"
WORKFLOW = "Relecture avant publication"

#: Page permissions: authors submit, editors publish.
EDITOR_PAGE_PERMISSIONS = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
AUTHOR_PAGE_PERMISSIONS = ("add", "change")
#: Wagtail checks the permissions of its own models, even when custom models replace them.
COLLECTION_MODELS = {("wagtailimages", "image"), ("wagtaildocs", "document")}
COLLECTION_ACTIONS = ("add", "change", "choose")

#: Models on which a group has all permissions: (app label, model name). Users and groups are never included.
EDITOR_MODELS = {
    ("home", "theme"),
    ("home", "sitesettings"),
    ("home", "subscriber"),
    ("home", "outgoingemail"),
    ("wagtailredirects", "redirect"),
    ("events", "registration"),
    ("directory", "invitation"),
}
ANIMATION_MODELS = {
    ("home", "subscriber"),
    ("home", "outgoingemail"),
    ("events", "registration"),
    ("directory", "member"),
    ("directory", "organisation"),
    ("directory", "territory"),
    ("directory", "joinrequest"),
    ("directory", "contactmessage"),
    ("directory", "messagetoreview"),
    ("directory", "invitationdownload"),
    ("directory", "memberimport"),
    ("directory", "invitation"),
}
FORBIDDEN_MODELS = {("auth", "group"), ("directory", "user")}


@dataclass(frozen=True)
class Branch:
    """A page created with the site."""

    model: type[BasePage]
    title: str
    slug: str
    fields: dict[str, Any] = field(default_factory=dict)

    def found(self, parent: Page) -> BasePage | None:
        """Return the existing page, even if an editor has moved or renamed it."""
        if self.model.max_count == 1:
            return self.model.objects.first()
        if self.model is LegalPage:
            return LegalPage.objects.filter(kind=self.fields["kind"]).first()
        return self.model.objects.child_of(parent).filter(slug=self.slug).first()


MENU = {"show_in_menus": True}
MAIN_BRANCHES = [
    Branch(NewsIndexPage, "Actualités", "actualites", MENU),
    Branch(EventIndexPage, "Agenda", "agenda", MENU),
    Branch(ResourceIndexPage, "Ressources", "ressources", MENU),
    Branch(
        JoinPage,
        "Rejoindre le réseau",
        "rejoindre",
        {
            "lead": "<p>Agents, élues et élus, associations, habitantes et habitants : le réseau est à celles et "
            "ceux qui font participer. Un annuaire, des rencontres réservées, et personne pour vous vendre "
            "quelque chose.</p>"
        },
    ),
    Branch(MembersPage, "Espace membres", "membres"),
]
MEMBERS_BRANCHES = [
    Branch(DirectoryPage, "Annuaire", "annuaire"),
    Branch(InvitationsPage, "Invitations", "invitations"),
]
#: Created once with the home page; editors may rename or delete them.
FIRST_BRANCHES = [
    Branch(
        StandardPage,
        "Le réseau",
        "le-reseau",
        MENU
        | {
            "lead": "<p>Qui nous sommes, ce que nous faisons ensemble et comment nous rejoindre.</p>"
        },
    ),
]
LEGAL_BRANCHES = [
    Branch(LegalPage, str(kind.label), kind.value, {"kind": kind.value}) for kind in LegalKind
]


def ensure_site(*, follow_base_url: bool = False) -> HomePage:
    """Create missing pages, groups, restrictions and collections. Return the home page."""
    remove_welcome_page()
    home = HomePage.objects.first()
    branches = MAIN_BRANCHES + LEGAL_BRANCHES
    if home is None:
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title="Accueil", slug="accueil"))
        branches = MAIN_BRANCHES + FIRST_BRANCHES + LEGAL_BRANCHES
    ensure_default_site(home, follow_base_url=follow_base_url)
    for branch in branches:
        ensure_branch(home, branch)
    for branch in MEMBERS_BRANCHES:
        ensure_branch(MembersPage.objects.get(), branch)
    ensure_groups(home)
    ensure_private_collection()
    ensure_workflow(home)
    return home


def remove_welcome_page() -> None:
    """Delete the welcome page created by Wagtail's migrations, unless it has children."""
    welcome = Page.objects.filter(depth=2, numchild=0, slug="home").first()
    if welcome is not None and welcome.specific_class is Page:
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()


def ensure_default_site(home: HomePage, *, follow_base_url: bool) -> Site:
    """Create the default site at BASE_URL, and its settings. With `follow_base_url`, move one that exists there."""
    base = urlsplit(settings.BASE_URL)
    address = {
        "hostname": base.hostname,
        "port": base.port or (443 if base.scheme == "https" else 80),
    }
    site, _created = Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home} | (address if follow_base_url else {}),
        create_defaults={"root_page": home} | address,
    )
    identity = SiteSettings.for_site(site)
    if identity.pk is None or identity.name != site.site_name:
        identity.save()
    return site


def ensure_branch(parent: Page, branch: Branch) -> BasePage:
    page = branch.found(parent)
    if page is None:
        parent = Page.objects.get(pk=parent.pk)  # treebeard relies on the instance's numchild
        page = parent.add_child(
            instance=branch.model(title=branch.title, slug=branch.slug, **branch.fields)
        )
        page.save_revision().publish()
    return page


def ensure_groups(home: HomePage) -> None:
    """Create the groups. Members have no permissions; only superusers may change accounts and groups."""
    Group.objects.get_or_create(name=MEMBERS_GROUP)
    editors, _created = Group.objects.get_or_create(name=EDITORS_GROUP)
    authors, _created = Group.objects.get_or_create(name=AUTHORS_GROUP)
    animation, _created = Group.objects.get_or_create(name=ANIMATION_GROUP)
    for group in (editors, authors, animation):
        group.permissions.add(Permission.objects.get(codename="access_admin"))
    editors.permissions.add(*permissions_on(EDITOR_MODELS))
    animation.permissions.add(*permissions_on(ANIMATION_MODELS))
    allow_pages(editors, home, EDITOR_PAGE_PERMISSIONS)
    allow_pages(authors, home, AUTHOR_PAGE_PERMISSIONS)
    for group in (editors, authors):
        allow_collections(group)
    remove_default_groups()


def permissions_on(models: Iterable[tuple[str, str]]) -> list[Permission]:
    """Return all permissions on the models. Models that do not exist yet are skipped."""
    wanted = Q()
    for app_label, model in set(models) - FORBIDDEN_MODELS:
        wanted |= Q(content_type__app_label=app_label, content_type__model=model)
    return list(Permission.objects.filter(wanted))


def allow_pages(group: Group, page: Page, names: Iterable[str]) -> None:
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=[f"{name}_page" for name in names]
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def allow_collections(group: Group) -> None:
    """Grant access to the images and documents of all collections, private ones included."""
    root = Collection.get_first_root_node()
    granted = [
        f"{action}_{model}" for action in COLLECTION_ACTIONS for _, model in COLLECTION_MODELS
    ]
    for permission in permissions_on(COLLECTION_MODELS):
        if permission.codename not in granted:
            continue
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )


def remove_default_groups() -> None:
    """Delete Wagtail's default groups and workflow if unused: this site has its own, with French names."""
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()


def ensure_private_collection() -> Collection:
    """Return the collection of documents reserved for members, created and restricted if needed."""
    root = Collection.get_first_root_node()
    if root.name == "Root":  # Wagtail's own name for it
        root.name = PUBLIC_COLLECTION
        root.save()
    collection = root.get_children().filter(name=PRIVATE_COLLECTION).first()
    if collection is None:
        collection = root.add_child(name=PRIVATE_COLLECTION)
    if not collection.view_restrictions.exists():
        restriction = CollectionViewRestriction.objects.create(
            collection=collection, restriction_type=CollectionViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    return collection


def ensure_workflow(home: HomePage) -> None:
    """Create the workflow in which editors review and publish the authors' pages."""
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if not created:
        return
    task = GroupApprovalTask.objects.create(name="Relecture par les éditeurs")
    task.groups.add(Group.objects.get(name=EDITORS_GROUP))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
