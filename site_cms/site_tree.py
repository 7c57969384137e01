"""Pages, groups, collections and workflow required by the site.

`ensure_site()` creates what is missing, repairs what the back office now refuses to change
(`home.models.page_guards`), and leaves the rest unchanged. It runs at every release and before every
import. Each page is written in its own transaction.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.actions.move_page import MovePageAction
from wagtail.models import (
    BaseViewRestriction,
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from directory.models import DirectoryPage, InvitationsPage, JoinPage, MembersPage
from events.admin.people import people_permission
from events.models import EventIndexPage
from home.access import (
    ANIMATION_GROUP,
    AUTHORS_GROUP,
    EDITORS_GROUP,
    MEMBERS_GROUP,
    PRIVATE_COLLECTION,
)
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

PUBLIC_COLLECTION = "Fichiers publics"
WORKFLOW = "Relecture avant publication"
#: Its one task, and how it was called when « Éditeurs » alone approved.
TASK, OLD_TASK = "Relecture par l’animation", "Relecture par les éditeurs"
#: Names that Wagtail's migrations give: to a workflow and its task, and to the top of each tree.
WAGTAILS, ROOT = "Moderators approval", "Root"
ALL_PAGES = "Tout le site"

#: Page permissions: authors submit, the others publish. Who may do what: docs/decisions/0045-rights.md.
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
ANIMATION_MODELS = EDITOR_MODELS | {
    ("directory", "member"),
    ("directory", "organisation"),
    ("directory", "territory"),
    ("directory", "joinrequest"),
    ("directory", "contactmessage"),
    ("directory", "messagetoreview"),
    ("directory", "invitationdownload"),
    ("directory", "memberimport"),
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
        """Return the existing page, even if an editor has renamed it, or moved it when that was possible."""
        originals = self.model.objects.filter(alias_of=None)
        if self.model.max_count == 1:
            return originals.first()
        if self.model is LegalPage:
            return originals.filter(kind=self.fields["kind"]).first()
        beside = originals.child_of(parent)
        return beside.live().order_by("path").first() or beside.filter(slug=self.slug).first()


#: Called with a sentence that `release` prints.
Tell = Callable[[str], Any]


def silently(sentence: str) -> None:
    """Tell nobody."""


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
#: The first ordinary page below the home page has the role « presentation »; this one is made if there is none.
PRESENTATION = Branch(
    StandardPage,
    "Le réseau",
    "le-reseau",
    MENU
    | {"lead": "<p>Qui nous sommes, ce que nous faisons ensemble et comment nous rejoindre.</p>"},
)
LEGAL_BRANCHES = [
    Branch(LegalPage, str(kind.label), kind.value, {"kind": kind.value}) for kind in LegalKind
]


def ensure_site(tell: Tell = silently, *, follow_base_url: bool = False) -> HomePage:
    """Create what is missing and repair what the site needs; `tell` is told of repairs. Return the home page."""
    remove_welcome_page()
    Page.objects.filter(depth=1, title=ROOT).update(title=ALL_PAGES, draft_title=ALL_PAGES)
    home = HomePage.objects.first()
    if home is None:
        tell = silently  # everything is new
        root = Page.get_first_root_node()
        home = root.add_child(instance=HomePage(title="Accueil", slug="accueil"))
    ensure_default_site(home, follow_base_url=follow_base_url)
    put_right(home, Page.get_first_root_node(), tell)
    for branch in MAIN_BRANCHES:
        ensure_branch(home, branch, tell)
    section = MembersPage.objects.get(alias_of=None)
    for branch in MEMBERS_BRANCHES:
        ensure_branch(section, branch, tell)
    for branch in [PRESENTATION, *LEGAL_BRANCHES]:
        ensure_branch(home, branch, tell)
    ensure_groups(home, tell)
    ensure_private_section(section, tell)
    ensure_private_collection(tell)
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


def ensure_branch(parent: Page, branch: Branch, tell: Tell) -> BasePage:
    page = branch.found(parent)
    if page is not None:
        put_right(page, parent, tell)
        return page
    parent = Page.objects.get(pk=parent.pk)  # treebeard relies on the instance's numchild
    page = parent.add_child(
        instance=branch.model(title=branch.title, slug=branch.slug, **branch.fields)
    )
    page.save_revision().publish()
    tell(f"Made again, since the site needs it: {page.url_path}")
    return page


def put_right(page: BasePage, parent: Page, tell: Tell) -> None:
    """Undo what the back office refuses now (`home.models.page_guards`): a page moved away, unpublished or to expire."""
    if not page.is_child_of(parent):
        MovePageAction(page, Page.objects.get(pk=parent.pk), pos="last-child").execute()
        page.refresh_from_db()
        tell(f"Moved back to its place: {page.url_path}")
    if page.expire_at:
        Page.objects.filter(pk=page.pk).update(expire_at=None)
        page.expire_at = None
        tell(f"Does not expire any more: {page.url_path}")
    if not page.live:
        page.save_revision().publish()
        tell(f"Published again: {page.url_path}")
    elif page.live_revision is None and page.latest_revision is None:
        # Without a live revision, a publication that is scheduled would unpublish the page until then.
        page.save_revision().publish()
    if page.is_wrongly_closed():
        tell(
            f"Not public, although the site needs it: {page.url_path}. "
            "Open it in the back office, under Confidentialité, if that is not intended."
        )


def ensure_groups(home: HomePage, tell: Tell) -> None:
    """Create the groups. Members have no permissions; only superusers may change accounts and groups."""
    ensure_group(MEMBERS_GROUP, tell)
    editors = ensure_group(EDITORS_GROUP, tell)
    authors = ensure_group(AUTHORS_GROUP, tell)
    animation = ensure_group(ANIMATION_GROUP, tell)
    for group in (editors, authors, animation):
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        group.permissions.add(*people_permission())
        allow_collections(group)
    editors.permissions.add(*permissions_on(EDITOR_MODELS))
    animation.permissions.add(*permissions_on(ANIMATION_MODELS))
    for group in (editors, animation):
        allow_pages(group, home, EDITOR_PAGE_PERMISSIONS)
    allow_pages(authors, home, AUTHOR_PAGE_PERMISSIONS)
    remove_default_groups()


def ensure_group(name: str, tell: Tell) -> Group:
    group, created = Group.objects.get_or_create(name=name)
    if created:
        tell(f"Group made again, empty: {name}")
    return group


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
    Workflow.objects.filter(name=WAGTAILS, workflow_states=None).delete()
    Task.objects.filter(name=WAGTAILS, workflow_tasks=None, task_states=None).delete()


def ensure_private_section(section: MembersPage, tell: Tell) -> None:
    """Reserve the section for members, and take away what hides its pages from some of them."""
    if close_to_the_public(section.view_restrictions):
        tell(f"Reserved for members again: {section.url_path}")
    for page in Page.objects.child_of(section).type(DirectoryPage, InvitationsPage):
        if page.view_restrictions.exists():
            page.view_restrictions.all().delete()
            tell(f"Open to all members again: {page.url_path}")


def ensure_private_collection(tell: Tell = silently) -> Collection:
    """Return the collection of documents reserved for members, created and restricted if needed."""
    root = Collection.get_first_root_node()
    if root.name == ROOT:
        root.name = PUBLIC_COLLECTION
        root.save()
    collection = root.get_children().filter(name=PRIVATE_COLLECTION).first()
    if collection is None:
        collection = root.add_child(name=PRIVATE_COLLECTION)
    if close_to_the_public(collection.view_restrictions):
        tell(f"Collection reserved for members again: {collection.name}")
    return collection


def close_to_the_public(restrictions: Any) -> bool:
    """Restrict to the members' group, and to nothing else. Return whether something had to change."""
    group = Group.objects.get(name=MEMBERS_GROUP)
    found = list(restrictions.all())
    kinds = [(one.restriction_type, list(one.groups.all())) for one in found]
    if kinds == [(BaseViewRestriction.GROUPS, [group])]:
        return False
    for one in found:
        one.delete()
    restrictions.create(restriction_type=BaseViewRestriction.GROUPS).groups.add(group)
    return True


def ensure_workflow(home: HomePage) -> None:
    """Create the workflow in which those who publish review the authors' pages; add the animation to an older one."""
    publishers = Group.objects.filter(name__in=[EDITORS_GROUP, ANIMATION_GROUP])
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if not created:
        for task in GroupApprovalTask.objects.filter(name=OLD_TASK):
            task.groups.add(*publishers)
            GroupApprovalTask.objects.filter(pk=task.pk).update(name=TASK)
        return
    task = GroupApprovalTask.objects.create(name=TASK)
    task.groups.add(*publishers)
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
