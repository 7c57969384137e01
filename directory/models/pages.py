"""The members' section and the page to join, as pages. What a route does is in directory.views."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult

from directory.http import AccountRequest
from home.access import MEMBERS_GROUP, is_member
from home.blocks import BodyBlock
from home.fields import BodyField
from home.models import BasePage
from home.pages.routing import answer_of


class MembersOnlyMixin(RoutablePageMixin):
    """Asks again who is looking, whatever has become of the branch's restriction."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        vars(request)["is_private"] = True  # no cache may keep it either
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        if not (is_member(request.user) or request.user.is_superuser):
            raise PermissionDenied
        return super().serve(request, *args, **kwargs)


class MembersPage(MembersOnlyMixin, BasePage):
    """Home of the members' section. Everything below it is for the members' group alone."""

    body = BodyField(BodyBlock(), blank=True, verbose_name="contenu")

    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    content_panels = [FieldPanel("title"), FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["directory.DirectoryPage", "directory.InvitationsPage", "home.StandardPage"]
    max_count = 1
    kind_label = "Espace membres"
    is_content = False
    template = "directory/members_page.html"

    class Meta:
        verbose_name = "espace membres"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if not self.view_restrictions.exists():
            self.close_to_the_public()

    def close_to_the_public(self) -> None:
        """The branch is never open, not even between its creation and a visit to its privacy screen."""
        group, _created = Group.objects.get_or_create(name=MEMBERS_GROUP)
        restriction = PageViewRestriction.objects.create(
            page=self, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(group)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """An absent path is answered as a private one: who is not a member learns nothing from the difference."""
        try:
            return super().route(request, path_components)
        except Http404:
            return RouteResult(self, args=(absent, (), {}))

    @path("")
    def section_home(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.views.section_home", request, self)

    @path("ma-fiche/")
    def own_card(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.views.own_card", request, self)

    @path("ma-fiche/confirmer/")
    def confirm_own_card(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.cards.confirmation_views.confirm_own_card", request, self)

    @path("inviter/")
    def invite(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.membership.referral_views.invite", request, self)

    @path("inscriptions/")
    def own_registrations(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.views.own_registrations", request, self)

    @path("enregistrements/")
    def own_bookmarks(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.views.own_bookmarks", request, self)

    @path("messages/")
    def own_messages(self, request: AccountRequest) -> HttpResponse:
        from directory.messages import views  # noqa: PLC0415 -- wagtail hook

        return views.received(request, self)

    @path("messages/<uuid:uuid>/")
    def own_message(self, request: AccountRequest, uuid: UUID) -> HttpResponse:
        from directory.messages import views  # noqa: PLC0415 -- wagtail hook

        return views.message(request, self, uuid)

    @path("mes-donnees/copie/")
    def own_copy(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.data_copy_views.own_copy", request, self)

    @path("mes-donnees/quitter/")
    def leave(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.departures.views.leave", request, self)

    @path("mes-donnees/")
    def own_data(self, request: AccountRequest) -> HttpResponse:
        return answer_of("directory.section.views.own_data", request, self)


def absent(request: HttpRequest) -> HttpResponse:
    """The view of a path that is not there, asked once the visitor may enter the branch."""
    raise Http404


class DirectoryPage(MembersOnlyMixin, BasePage):
    """The directory: people and organisations, in one list and one space of slugs."""

    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["directory.MembersPage"]
    subpage_types: list[str] = []
    max_count = 1
    kind_label = "Annuaire"
    is_content = False
    template = "directory/directory_page.html"

    class Meta:
        verbose_name = "annuaire"

    @path("")
    def listing(self, request: HttpRequest) -> HttpResponse:
        return answer_of("directory.cards.views.directory", request, self)

    @path("<slug:slug>/")
    def card(self, request: HttpRequest, slug: str) -> HttpResponse:
        return answer_of("directory.cards.views.card", request, self, slug)

    @path("<slug:slug>/photo/")
    def photo(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        return answer_of("directory.cards.views.photo", request, self, slug)

    @path("<slug:slug>/ecrire/")
    def write(self, request: AccountRequest, slug: str) -> HttpResponse:
        from directory.messages import views  # noqa: PLC0415 -- wagtail hook

        return views.write(request, self, slug)

    @path("<slug:slug>/contact/")
    def vcard(self, request: HttpRequest, slug: str) -> HttpResponse:
        from directory.cards import views as listing  # noqa: PLC0415 -- wagtail hook

        return listing.vcard_file(request, self, slug)


class InvitationsPage(MembersOnlyMixin, BasePage):
    """The invitations that a member may download."""

    content_panels = [FieldPanel("title"), FieldPanel("lead")]
    parent_page_types = ["directory.MembersPage"]
    subpage_types: list[str] = []
    max_count = 1
    kind_label = "Invitations"
    is_content = False
    template = "directory/invitations_page.html"

    class Meta:
        verbose_name = "page des invitations"

    @path("")
    def listing(self, request: HttpRequest) -> HttpResponse:
        return answer_of("directory.section.invitation_views.invitations", request, self)

    @path("<int:pk>/telecharger/")
    def download(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return answer_of("directory.section.invitation_views.download", request, self, pk)


class JoinPage(RoutablePageMixin, BasePage):
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
    part = "rejoindre"
    template = "directory/join_page.html"

    class Meta:
        verbose_name = "page pour rejoindre le réseau"

    @path("")
    def form(self, request: HttpRequest) -> HttpResponse:
        return answer_of("directory.membership.views.join", request, self)

    @path("envoyee/")
    def sent(self, request: HttpRequest) -> HttpResponse:
        return answer_of("directory.membership.views.join_sent", request, self)
