"""Page types: the members' section, and the page to join. Each names the urlconf with its URLs and views."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult

from home.access import MEMBERS_GROUP, edits, is_member, may_read_own_data
from home.blocks import BodyBlock
from home.fields import BodyField
from home.models import BasePage
from home.models.urlconf import UrlconfMixin


class MembersOnlyMixin(UrlconfMixin):
    """Allows members and the page's editors only, even if the view restriction of the branch is removed."""

    linked_for_everyone = True
    #: Names of the routes that those who edit the page see without being members.
    team_routes: ClassVar[frozenset[str]] = frozenset()

    def is_wrongly_closed(self) -> bool:
        """The section is closed to the public, rightly: nobody opens it."""
        return False

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        vars(request)["is_private"] = True  # read by the middleware that forbids caching
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        is_own = may_read_own_data(request.user, args[0] if args else None)
        if not (is_own or self.is_open_to(request)):
            raise PermissionDenied
        return super().serve(request, *args, **kwargs)

    def is_open_to(self, request: HttpRequest) -> bool:
        if is_member(request.user) or request.user.is_superuser:
            return True
        match = getattr(request, "routable_resolver_match", None)  # a preview has none
        is_shown = match is None or match.url_name in self.team_routes
        return is_shown and edits(request.user, self)


class MembersPage(MembersOnlyMixin, BasePage):
    """The home page of the members' section. All pages below it are for the members' group only."""

    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [FieldPanel("title"), FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["directory.DirectoryPage", "directory.InvitationsPage", "home.StandardPage"]
    max_count = 1
    kind_label = "Espace membres"
    is_content = False
    part = "membres"
    urlconf = "directory.section.urls"
    team_routes = frozenset({"section_home"})
    template = "directory/members_page.html"

    class Meta:
        verbose_name = "espace membres"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if not self.view_restrictions.exists():
            self.close_to_the_public()

    def close_to_the_public(self) -> None:
        """Restrict the branch to the members' group as soon as it is created, before anyone sets its privacy."""
        group, _created = Group.objects.get_or_create(name=MEMBERS_GROUP)
        restriction = PageViewRestriction.objects.create(
            page=self, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(group)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer missing paths like private ones, so that the public cannot tell which pages exist."""
        try:
            return super().route(request, path_components)
        except Http404:
            return RouteResult(self, args=(absent, (), {}))


def absent(request: HttpRequest) -> HttpResponse:
    """Raise Http404 for a missing path, after the check of access to the branch."""
    raise Http404


class DirectoryPage(MembersOnlyMixin, BasePage):
    """The directory of members and organisations."""

    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["directory.MembersPage"]
    subpage_types: list[str] = []
    max_count = 1
    kind_label = "Annuaire"
    is_content = False
    part = "annuaire"
    urlconf = "directory.cards.urls"
    team_routes = frozenset({"directory"})
    template = "directory/directory_page.html"

    class Meta:
        verbose_name = "annuaire"


class InvitationsPage(MembersOnlyMixin, BasePage):
    """The list of invitations that members can download."""

    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["directory.MembersPage"]
    subpage_types: list[str] = []
    max_count = 1
    kind_label = "Invitations"
    is_content = False
    part = "invitations"
    urlconf = "directory.section.invitation_urls"
    team_routes = frozenset({"invitations", "download"})
    template = "directory/invitations_page.html"

    class Meta:
        verbose_name = "page des invitations"


class JoinPage(UrlconfMixin, BasePage):
    """The page with the form to join."""

    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")
    charter = RichTextField(
        "charte",
        features=["bold", "italic", "link", "ol", "ul"],
        default=(
            "<p>En rejoignant le réseau, je m’engage à partager ce que j’apprends, à citer celles et ceux "
            "dont je reprends le travail, et à n’utiliser les coordonnées de l’annuaire que pour les échanges "
            "entre membres.</p>"
        ),
        help_text="Ce que la personne accepte en envoyant sa demande.",
    )
    charter_version = models.CharField(
        "version de la charte",
        max_length=40,
        default="1",
        help_text="Changez-la quand le sens de la charte change : elle est gardée avec chaque demande.",
    )

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [
        FieldPanel("title"),
        *BasePage.lead_panels,
        FieldPanel("body"),
        FieldPanel("charter"),
        FieldPanel("charter_version"),
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    kind_label = "Rejoindre"
    review_months = 12
    part = "rejoindre"
    urlconf = "directory.membership.urls"
    template = "directory/join_page.html"

    class Meta:
        verbose_name = "page pour rejoindre le réseau"
