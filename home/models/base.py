"""BasePage, the abstract parent of all page types."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail.utils.decorators import cached_classmethod

from home.access import Visitor
from home.blocks import contents, prepare
from home.editor.checklist import SiteTabs
from home.editor.content_checks import Remark, page_remarks
from home.french import slugify_fr
from home.media.page_pictures import plan_pictures
from home.models.lacks import index_lacks
from home.models.links import index_links
from home.models.page_form import ReviewPanel, SiteCopyForm, SitePageForm, ThemesPanel
from home.models.page_guards import (
    Act,
    PageTester,
    refusal_for_needed_page,
    require,
)
from home.models.review import choose_day
from home.models.search import index_page
from home.models.themes import Theme
from home.prefetch.related import related_cards

#: Name of the tab to which the content checks and the guide refer editors, on every page type.
PROMOTE_TAB = "Référencement"
LEAD_FEATURES = ["bold", "italic", "link"]
DOCUMENT_LINK = re.compile(
    r"<a\b[^>]*linktype=\"document\"[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE
)


class BasePage(Page):
    """Fields common to all pages: lead, main image, themes, editorial date, contact, related pages, SEO.

    The publication date is Wagtail's `first_published_at`, which editors can change.
    """

    card_title = models.CharField(
        "titre court",
        max_length=120,
        blank=True,
        help_text="Pour les cartes et les listes, si le titre est long.",
    )
    lead = RichTextField(
        "chapô",
        features=LEAD_FEATURES,
        blank=True,
        help_text="Deux ou trois phrases qui disent l’essentiel ; elles servent aussi de résumé.",
    )
    main_image = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="image",
        help_text="Sans image, la page reçoit une couverture dessinée.",
    )
    main_image_alt = models.CharField(
        "texte alternatif",
        max_length=255,
        blank=True,
        help_text="Ce que montre l’image, pour qui ne la voit pas.",
    )
    main_image_decorative = models.BooleanField(
        "image décorative",
        default=False,
        help_text="L’image n’apprend rien de plus que le texte : elle n’est pas lue à voix haute.",
    )
    updated_on = models.DateField(
        "mis à jour le",
        null=True,
        blank=True,
        help_text="Date affichée aux visiteurs ; vous la choisissez.",
    )
    contact = RichTextField(
        "contact",
        features=["bold", "link"],
        blank=True,
        help_text="La personne à qui écrire au sujet de cette page.",
    )
    search_image = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="image pour les réseaux sociaux",
        help_text="À défaut, l’image de la page.",
    )
    noindex = models.BooleanField(
        "absente des moteurs de recherche",
        default=False,
        help_text="La page reste publique, mais elle n’entre ni dans les moteurs ni dans le plan du site.",
    )

    base_form_class = SitePageForm
    copy_form_class = SiteCopyForm
    #: A copy has dates of its own, in each of its revisions.
    default_exclude_fields_in_copy = [
        *Page.default_exclude_fields_in_copy,
        "first_published_at",
        "updated_on",
        "go_live_at",
        "expire_at",
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    lead_panels = [
        FieldPanel("lead"),
        MultiFieldPanel(
            [
                FieldPanel("main_image"),
                FieldPanel("main_image_alt"),
                FieldPanel("main_image_decorative"),
            ],
            heading="Image principale",
        ),
        ThemesPanel("themes", heading="Thèmes", disable_comments=True),
    ]
    related_panels = [
        FieldPanel("contact"),
        InlinePanel("related_pages", label="contenu", heading="Contenus liés, choisis à la main"),
    ]
    content_panels = [*Page.content_panels, *lead_panels, *related_panels]
    dates_panel = MultiFieldPanel(
        [FieldPanel("first_published_at", heading="Publié le"), FieldPanel("updated_on")],
        heading="Dates affichées",
        help_text="Sans date choisie, la date de publication est celle de la première mise en ligne.",
    )
    search_panel = MultiFieldPanel(
        [
            FieldPanel("slug", help_text="La fin de l’adresse. Vide : elle vient du titre."),
            FieldPanel("card_title"),
            FieldPanel("seo_title"),
            FieldPanel("search_description"),
            FieldPanel("search_image"),
            FieldPanel("noindex"),
        ],
        heading="Adresse, cartes et moteurs de recherche",
    )
    promote_panels = [
        search_panel,
        dates_panel,
        # The menu is one of the network's settings.
        FieldPanel("show_in_menus", permission="home.change_sitesettings"),
        ReviewPanel("review_on", heading="Relecture", disable_comments=True),
    ]

    #: Template of this page type in lists and related pages; it receives `page`.
    card_template = "components/cards/page.html"
    #: Name of the page type on cards and in search results.
    kind_label = "Page"
    #: Search filter for this page type: value of the query parameter, and label.
    search_kind = "page"
    search_label = "Pages"
    #: Whether this page type appears in mixed lists: related pages, search, feeds.
    is_content = True
    #: Whether pages of this type are suggested automatically as related pages.
    is_suggested = False
    #: Whether it reports on an event: the home page features the latest one.
    is_story = False
    #: Role of this page type in the site, such as "agenda", by which code and templates find its URL (home.prefetch.parts).
    #: If a type may have several pages, the first one below the home page has the role.
    part = ""
    #: Whether links to it are shown to visitors who must log in first.
    linked_for_everyone = False
    #: Months after its last publication when a page is to be read again, unless its editor chose a day; 0: never.
    review_months = 0
    #: `select_related` paths needed by the card.
    card_joins: tuple[str, ...] = ("main_image",)
    #: `select_related` paths needed by the page's own template.
    served_with: tuple[str, ...] = ("main_image", "search_image")

    #: Fields that hold an address to which the page links, beside its texts and blocks (home.editor.page_links).
    link_fields: tuple[str, ...] = ()

    #: Set on the served page when neither it nor its ancestors have a view restriction; see home.privacy.refusals.
    is_known_open = False

    class Meta:
        abstract = True

    @property
    def short_title(self) -> str:
        return self.card_title or self.title

    @property
    def description(self) -> str:
        """Return the summary for cards, search engines and shared links: the editor's description, else the lead."""
        return self.search_description or self.plain_lead

    @property
    def plain_lead(self) -> str:
        """Return the lead as one line of plain text.

        Links to documents are removed with their labels, often the name of a file that may be private.
        """
        return " ".join(strip_tags(DOCUMENT_LINK.sub("", self.lead)).split())

    @property
    def index_url(self) -> str:
        """Return the URL of the parent page, the list that theme links filter."""
        return f"{(self.url or '').rstrip('/').rpartition('/')[0]}/"

    @property
    def image_text(self) -> str:
        """Return the alternative text of the main image, empty if it is decorative."""
        return "" if self.main_image_decorative else self.main_image_alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if "review_chosen" in self.__dict__:
            choose_day(self, self.__dict__.pop("review_chosen"))
        if kwargs.get("update_fields") is None:
            index_page(self)
            index_links(self)
            index_lacks(self)
            plan_pictures(self)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.propose_slug()
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.expire_at and (sentence := self.refusal_of(Act.EXPIRE)):
            raise ValidationError({"expire_at": sentence})

    def minimal_clean(self) -> None:
        self.propose_slug()
        super().minimal_clean()

    def with_content_json(self, content: Any) -> "BasePage":
        """Read a revision, without the expiry date that an old one may hold although the page may not expire."""
        page: BasePage = super().with_content_json(content)
        if page.expire_at and page.refusal_of(Act.EXPIRE):
            page.expire_at = None
        return page

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        require(self, Act.DELETE)
        return super().delete(*args, **kwargs)

    def unpublish(self, set_expired: bool = False, **kwargs: Any) -> None:
        require(self, Act.EXPIRE if set_expired else Act.UNPUBLISH)
        super().unpublish(set_expired=set_expired, **kwargs)

    def move(self, target: Page, pos: str | None = None, user: Visitor | None = None) -> None:
        parent = target if pos and pos.endswith("-child") else target.get_parent()
        if not self.is_child_of(parent):
            require(self, Act.MOVE)
        super().move(target, pos=pos, user=user)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        require(self, Act.COPY)
        return super().copy(*args, **kwargs)

    def create_alias(self, **kwargs: Any) -> Any:
        require(self, Act.COPY)
        return super().create_alias(**kwargs)

    def permissions_for_user(self, user: Visitor) -> PageTester:
        return PageTester(user, self)

    def refusal_of(self, act: Act, user: Visitor | None = None) -> str:
        """Return why the page does not allow the act, in a French sentence; empty if it does. See `page_guards`."""
        if not self.is_needed or (act == Act.SET_PRIVACY and self.is_wrongly_closed()):
            return ""
        return refusal_for_needed_page(self, act)

    @cached_property
    def is_needed(self) -> bool:
        """Whether the site breaks without this page: `release` makes it, code and messages link to it."""
        return bool(self.part) and self.max_count == 1 and not self.alias_of_id

    def is_wrongly_closed(self) -> bool:
        """Return whether this page that the site needs open was closed, before that was refused. It may be opened again."""
        return self.view_restrictions.exists()

    def get_view_restrictions(self) -> Any:
        """Return no restriction for a page known to be open, which saves Wagtail's two queries."""
        return [] if self.is_known_open else super().get_view_restrictions()

    def propose_slug(self) -> None:
        """Set a French slug if there is none, numbered if a sibling has it. Needs a page with a `path`."""
        wished = slugify_fr(self.title or "")
        if not getattr(self, "slug", "") and self.path and wished:
            self.slug = self._get_autogenerated_slug(wished)

    @cached_classmethod
    def get_edit_handler(cls) -> Any:
        """Return Wagtail's tabs, with « Promotion » renamed to the guide's term."""
        handler = getattr(cls, "edit_handler", None) or SiteTabs(
            [
                ObjectList(cls.content_panels, heading="Contenu"),
                ObjectList(cls.promote_panels, heading=PROMOTE_TAB),
                ObjectList(cls.settings_panels, heading="Paramètres"),
            ],
            base_form_class=cls.base_form_class,
        )
        return handler.bind_to_model(cls)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if self.is_suggested:
            context["related"] = related_cards(self, request)
        prepare(self, request)
        if hasattr(self, "body"):
            context["headings"] = contents(self.body)
        return context

    @property
    def cover_key(self) -> str:
        """Return the seed of the page's generated cover, which does not change with the title or the place."""
        return str(self.translation_key)

    @property
    def cover_theme(self) -> str:
        return self.themes[0].slug if self.themes else ""

    @property
    def themes(self) -> list[Theme]:
        return [link.theme for link in self.page_themes.all()]

    def remarks(self) -> Iterator[Remark]:
        """Yield the content checks' warnings for the editor. Page types add their own."""
        yield from page_remarks(self)
