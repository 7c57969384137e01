"""Links of published pages, one row each, and the addresses outside the site to which they lead.

What is wrong with a link to a page or document of the site is asked when it is shown, so that it is true at once. What is
wrong with an address elsewhere was found in the last nights (`home.links`).
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import Resolver404, resolve
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site

from home.access import read_restrictions
from home.editor.page_links import TEMPLATE_ANCHORS, FoundLink, anchors_of, links_of
from home.models.media import SiteDocument

LONGEST_ADDRESS = 2000
#: Addresses below these are no pages, and exist or not without the editors.
NOT_PAGES = ("/media/", "/static/", "/admin/")
#: Names of the views to which Wagtail's pages and documents belong.
PAGE_VIEW, DOCUMENT_VIEW = "wagtail_serve", "document"


class Problem(models.TextChoices):
    """A fault of a link."""

    GONE = "gone", "page ou document supprimé"
    UNPUBLISHED = "unpublished", "page non publiée"
    EXPIRED = "expired", "page expirée"
    UNKNOWN = "unknown", "adresse inconnue sur ce site"
    ANCHOR = "anchor", "partie de page introuvable"
    PRIVATE = "private", "réservé, sur une page publique"
    BROKEN = "broken", "cassé"
    MOVED = "moved", "nouvelle adresse proposée"
    BY_HAND = "by_hand", "à vérifier à la main"


class AddressState(models.TextChoices):
    """A finding of the last nights at an address."""

    UNKNOWN = "", "pas encore vérifié"
    GOOD = "good", "répond"
    #: For less than three days.
    FAILING = "failing", "ne répond pas"
    BROKEN = "broken", "cassé"
    #: For less than three days.
    MOVING = "moving", "redirigé"
    MOVED = "moved", "nouvelle adresse proposée"
    BY_HAND = "by_hand", "à vérifier à la main"


class ExternalAddress(models.Model):
    """An address outside the site to which published pages link, with what was found there."""

    address = models.CharField("adresse", max_length=LONGEST_ADDRESS, unique=True)
    state = models.CharField("état", max_length=10, choices=AddressState, blank=True, default="")
    reason = models.CharField("raison", max_length=200, blank=True)
    new_address = models.CharField("nouvelle adresse", max_length=LONGEST_ADDRESS, blank=True)
    #: Days on which the same was found, one after the other: failures, or the same redirect.
    days = models.PositiveSmallIntegerField("jours", default=0)
    first_day = models.DateField("depuis", null=True, blank=True)
    last_day = models.DateField("vu le", null=True, blank=True)
    #: When the title of the page was last read, which costs more than asking whether it is there.
    read_on = models.DateField("lu le", null=True, blank=True)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = "adresse d’un autre site"
        verbose_name_plural = "adresses d’autres sites"
        default_permissions = ()

    def __str__(self) -> str:
        return self.address


class PageAnchor(models.Model):
    """A part of a published page to which a link may lead."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name="page")
    name = models.CharField("ancre", max_length=255)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "ancre"
        verbose_name_plural = "ancres"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["page", "name"], name="page_anchor_once")]

    def __str__(self) -> str:
        return self.name


LEADS_NOWHERE = Q(target_page__isnull=True, target_document__isnull=True, external__isnull=True)


class PageLinkQuerySet(models.QuerySet["PageLink"]):
    def with_problem(self) -> "PageLinkQuerySet":
        """Add `problem`, a value of `Problem`, or empty. Reads the view restrictions: one query."""
        gone = Q(target_page__isnull=False, target_page__path__isnull=True) | Q(
            target_document__isnull=False, target_document__file__isnull=True
        )
        anchor = Q(target_page__isnull=False) & ~Q(anchor="") & ~Exists(known_anchors())
        state = {
            AddressState.BROKEN: Problem.BROKEN,
            AddressState.MOVED: Problem.MOVED,
            AddressState.BY_HAND: Problem.BY_HAND,
        }
        return self.annotate(
            problem=Case(
                When(gone, then=Value(Problem.GONE.value)),
                When(target_page__live=False, target_page__expired=True, then=Value(Problem.EXPIRED.value)),
                When(target_page__live=False, then=Value(Problem.UNPUBLISHED.value)),
                When(LEADS_NOWHERE, then=Value(Problem.UNKNOWN.value)),
                When(leads_from_public_to_private(), then=Value(Problem.PRIVATE.value)),
                When(anchor, then=Value(Problem.ANCHOR.value)),
                *(
                    When(external__state=found.value, then=Value(problem.value))
                    for found, problem in state.items()
                ),
                default=Value(""),
                output_field=models.CharField(),
            )
        )  # fmt: skip

    def unknown(self) -> "PageLinkQuerySet":
        """Return the links to an address of this site where nothing was found."""
        return self.filter(LEADS_NOWHERE)

    def broken(self) -> "PageLinkQuerySet":
        """Return the links of pages that are live now and lead nowhere, elsewhere, or where a reader may not follow."""
        found: Any = self.filter(page__live=True).with_problem()
        rows: PageLinkQuerySet = found.exclude(problem="")
        return rows


def known_anchors() -> QuerySet[PageAnchor]:
    return PageAnchor.objects.filter(page=OuterRef("target_page"), name=OuterRef("anchor"))


def leads_from_public_to_private() -> Q:
    """Return the condition on links whose page is open to all and whose target is not."""
    closed = read_restrictions()
    pages = below("target_page__path", closed["page"])
    documents = below("target_document__collection__path", closed["collection"])
    return (pages | documents) & ~below("page__path", closed["page"])


def below(column: str, paths: Iterable[str]) -> Q:
    """Return the condition that a tree path is one of these or below it; never true without any."""
    return reduce(or_, (Q(**{f"{column}__startswith": path}) for path in paths), Q(pk__in=[]))


class PageLink(models.Model):
    """A link of a published page. Its target may be gone: the database does not hold it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name="page")
    place = models.CharField("où", max_length=120)
    words = models.CharField("texte du lien", max_length=255, blank=True)
    #: As it was typed. Empty for what was chosen in a list.
    address = models.CharField("adresse", max_length=LONGEST_ADDRESS, blank=True)
    anchor = models.CharField("ancre", max_length=255, blank=True)
    target_page = models.ForeignKey(
        Page, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+",
        verbose_name="page liée",
    )  # fmt: skip
    target_document = models.ForeignKey(
        "home.SiteDocument", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+",
        verbose_name="document lié",
    )  # fmt: skip
    external = models.ForeignKey(
        ExternalAddress, on_delete=models.CASCADE, null=True, related_name="links", verbose_name="autre site"
    )  # fmt: skip

    wagtail_reference_index_ignore = True
    #: A value of `Problem`, of rows from `with_problem`.
    problem = ""

    objects = PageLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien"
        verbose_name_plural = "liens"
        default_permissions = ()

    def __str__(self) -> str:
        return self.words or self.address or self.place

    @property
    def destination(self) -> str:
        """Return where it leads, for people: an address, or a title."""
        target = self.target_page or self.target_document
        return self.address or (target.title if target else "")

    @property
    def problem_label(self) -> str:
        """Return what is wrong. The row comes from `with_problem`."""
        return Problem(self.problem).label

    @property
    def reason(self) -> str:
        """Return what was found at an address elsewhere, or the missing part of a page."""
        if self.problem == Problem.ANCHOR:
            return f"#{self.anchor}"
        return self.external.reason if self.external else ""

    @property
    def proposal(self) -> str:
        moved = self.external if self.problem == Problem.MOVED else None
        return moved.new_address if moved else ""

    @property
    def facts(self) -> tuple[Any, ...]:
        """Return what tells it from another link of its page."""
        return (
            self.place, self.words, self.address, self.anchor, self.target_page_id, self.target_document_id,
            self.external_id,
        )  # fmt: skip


def index_links(page: Any) -> None:
    """Write the links of a saved page. A page that is not live keeps none; an alias shows those of its source."""
    is_read = page.live and not page.alias_of_id
    found = list(made_links(page, links_of(page))) if is_read else []
    names = {name[:255] for name in anchors_of(page) - TEMPLATE_ANCHORS} if is_read else set()
    rows, anchors = PageLink.objects.filter(page=page.pk), PageAnchor.objects.filter(page=page.pk)
    if [row.facts for row in rows.order_by("pk")] != [link.facts for link in found]:
        with transaction.atomic():
            rows.delete()
            PageLink.objects.bulk_create(found)
    if is_read and (url := page.get_url()):
        lead_to_new_page(page, url)
    if set(anchors.values_list("name", flat=True)) != names:
        with transaction.atomic():
            anchors.delete()
            PageAnchor.objects.bulk_create(
                [PageAnchor(page_id=page.pk, name=name) for name in sorted(names)]
            )


def lead_to_new_page(page: Page, url: str) -> None:
    """Give the links that knew no page at this address the one that is there now."""
    path = urlsplit(url).path
    spellings = [f"{start}{path}" for start in ("", settings.BASE_URL)]
    spellings += [text.rstrip("/") for text in spellings]
    PageLink.objects.unknown().filter(address__in=spellings).update(target_page=page.pk)


def made_links(page: Page, found: Iterable[FoundLink]) -> Iterator[PageLink]:
    """Return rows, each with what its address stands for on this site."""
    links = list(found)
    ours = OwnAddresses()
    externals = addresses_by_text({text for link in links if (text := ours.external(link.address))})
    for link in links:
        row = PageLink(
            page_id=page.pk, place=link.place[:120], words=link.words, address=link.address[:LONGEST_ADDRESS],
            target_page_id=link.page, target_document_id=link.document,
        )  # fmt: skip
        if not link.address:
            yield row
        elif external := externals.get(ours.external(link.address)):
            row.external = external
            yield row
        elif ours.lead(row, page):
            yield row


def addresses_by_text(wanted: set[str]) -> dict[str, ExternalAddress]:
    if not wanted:
        return {}
    known = ExternalAddress.objects.filter(address__in=wanted)
    new = wanted - set(known.values_list("address", flat=True))
    if new:
        ExternalAddress.objects.bulk_create(
            [ExternalAddress(address=text) for text in sorted(new)], ignore_conflicts=True
        )
    return {one.address: one for one in known.all()}


class OwnAddresses:
    """Tells the addresses of this site from others, and to which page or document they lead."""

    def __init__(self) -> None:
        self.site = Site.objects.select_related("root_page").filter(is_default_site=True).first()

    def external(self, address: str) -> str:
        """Return the address to ask another site for, without its anchor; empty for all others."""
        parts = split(address)
        if parts is None or parts.scheme not in {"http", "https"} or self.is_here(parts):
            return ""
        text = parts._replace(fragment="").geturl()
        return text if len(text.encode()) <= LONGEST_ADDRESS else ""

    def is_here(self, parts: Any) -> bool:
        base = urlsplit(settings.BASE_URL)
        if parts.netloc.lower() == base.netloc.lower():
            return True
        names = {base.hostname, self.site.hostname if self.site else None}
        return parts.hostname in names and parts.port in {None, 80, 443}

    def lead(self, row: PageLink, page: Page) -> bool:
        """Set the target of a row whose address is on this site. Return whether it may be wrong, and is kept."""
        parts = split(row.address)
        if parts is None or (parts.scheme and not self.is_here(parts)):
            return False
        row.anchor = unquote(parts.fragment)[:255]
        if row.anchor in TEMPLATE_ANCHORS:
            row.anchor = ""
        if not parts.path and not parts.netloc:
            row.target_page_id = page.pk
            return bool(row.anchor)
        return self.find(row, unquote(parts.path) or "/")

    def find(self, row: PageLink, path: str) -> bool:
        if not path.startswith("/") or path.startswith(NOT_PAGES):
            return False
        try:
            view = resolve(path)
        except Resolver404:
            return True
        if view.url_name == DOCUMENT_VIEW:
            row.target_document_id = document_at(view.kwargs)
            return True
        if view.url_name != PAGE_VIEW:
            return False
        row.target_page_id = self.page_at(path)
        return row.target_page_id is not None or not leads_elsewhere(path)

    def page_at(self, path: str) -> int | None:
        """Return the key of the page that answers at the path, by itself, by a route of its own, or by a redirect."""
        if self.site is None:
            return None
        steps = [step for step in path.split("/") if step]
        if not steps:
            return int(self.site.root_page_id)
        home = self.site.root_page.url_path
        starts = list(accumulate(steps, "{}{}/".format, initial=home))
        deepest = Page.objects.filter(url_path__in=starts).order_by("-depth").first()
        rest = (
            "".join(f"{step}/" for step in steps[starts.index(deepest.url_path) :])
            if deepest
            else ""
        )
        if deepest is not None and (not rest or has_route(deepest, rest)):
            return int(deepest.pk)
        moved = redirects_at(path).filter(redirect_page__isnull=False).first()
        return moved.redirect_page_id if moved else None


def split(address: str) -> Any:
    """Return the parts of an address, None if it is none."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 -- raises ValueError too
    except ValueError:
        return None
    return parts


def has_route(page: Page, rest: str) -> bool:
    model = page.specific_class
    if model is None or not issubclass(model, RoutablePageMixin):
        return False
    try:
        model.get_resolver().resolve(f"/{rest}")
    except Resolver404:
        return False
    return True


def document_at(parameters: dict[str, Any]) -> int:
    """Return the key of the document at an address of documents, 0 if there is none."""
    return (
        SiteDocument.objects.filter(uuid=parameters["uuid"]).values_list("pk", flat=True).first()
        or 0
    )


def redirects_at(path: str) -> QuerySet[Redirect]:
    return Redirect.objects.filter(old_path=Redirect.normalise_path(path))


def leads_elsewhere(path: str) -> bool:
    return bool(redirects_at(path).exclude(redirect_link="").exists())
