"""Views of the directory: the list, and a card with its photo and vCard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from directory.cards.facets import PER_PAGE, SearchFilters, Vocabulary, facets, map_of, search
from directory.cards.limits import CARDS, LISTS, PHOTOS, limited
from directory.cards.vcard import vcard
from directory.models import Card, CardOpenings, DirectoryPage, Member, Organisation, User
from directory.models.querysets import CardQuerySet
from directory.models.visibility import reads_cards, visible_fields
from home.access import AccountRequest, is_only_member, is_watcher

#: Query parameter of « Voir ma fiche comme… », and its only value.
SEEN_BY = "comme"
OTHER_MEMBER = "membre"

#: The fields of a card in the list. Themes would cost another query.
LISTED = (
    "name", "role", "workplace", "is_ambassador", "city", "territory", "photo", "presentation", "offers",
)  # fmt: skip


@dataclass(frozen=True)
class CardEntry:
    """A card with the fields that the visitor may see. Templates read these fields only."""

    card: Member | Organisation
    fields: dict[str, Any]

    @property
    def is_person(self) -> bool:
        return isinstance(self.card, Member)

    @property
    def place(self) -> str:
        """Return the town, the territory and its parent, without repeated names."""
        territory = self.fields.get("territory")
        names = [self.fields.get("city"), territory, territory and territory.parent]
        return " · ".join(dict.fromkeys(str(name) for name in names if name))


class CountedPaginator(Paginator):
    """A paginator with a known count."""

    def __init__(self, rows: CardQuerySet, count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.count = count


def listed_entry(card: Card, viewer: User) -> CardEntry:
    return CardEntry(card.specific, visible_fields(card.specific, viewer, among=LISTED))


@limited(LISTS)
def directory(request: AccountRequest, page: DirectoryPage) -> HttpResponse:
    known = Vocabulary.read(request.GET)
    asked = SearchFilters.read(request.GET, known)
    found = search(cards_for(request.user, timezone.now()), asked, known)
    cards = CountedPaginator(found.cards.by_name().for_list(), found.total)
    page_obj = cards.get_page(request.GET.get("page"))
    return page.render(
        request,
        context_overrides={
            "asked": asked,
            "reads_cards": reads_cards(request.user),
            "without_words": asked.address(q=""),
            "page_obj": page_obj,
            "entries": [listed_entry(card, request.user) for card in page_obj],
            "facets": facets(asked, known, found),
            "map": map_of(asked, known, found),
        },
    )


def cards_for(viewer: User, at: datetime) -> CardQuerySet:
    """Return the cards that the viewer may find: none for an editor of the page without the right on members."""
    return Card.objects.listed(at) if reads_cards(viewer) else Card.objects.none()


def listed_card(slug: str, at: datetime) -> Member | Organisation:
    card = Card.objects.listed(at).for_card().filter(slug=slug).first()
    if card is None:
        raise Http404
    return card.specific


def count_opening(visitor: User, card: Member | Organisation, at: datetime) -> None:
    """Count that a member opened someone else's card. Staff are not counted."""
    counted = is_only_member(visitor) and not is_watcher(visitor)
    if counted and card.owner_id != visitor.pk:
        CardOpenings.objects.count_one(visitor, timezone.localdate(at))


@limited(CARDS)
def card(request: AccountRequest, page: DirectoryPage, slug: str) -> HttpResponse:
    now = timezone.now()
    as_member = request.GET.get(SEEN_BY) == OTHER_MEMBER
    found = listed_card(slug, now)
    count_opening(request.user, found, now)
    shown = CardEntry(found, visible_fields(found, request.user, as_member=as_member))
    colleagues = Card.objects.none()
    if not shown.is_person:
        listed = Card.objects.listed(now)
        colleagues = listed.filter(as_member__organisation=shown.card.pk)
    return page.render(
        request,
        template="directory/card.html",
        context_overrides={
            "entry": shown,
            "people": [
                listed_entry(colleague, request.user)
                for colleague in colleagues.by_name().for_list()
            ],
            "is_own": shown.card.owner_id == request.user.pk,
            "as_member": as_member,
        },
    )


@limited(PHOTOS)
def photo(request: AccountRequest, page: DirectoryPage, slug: str) -> HttpResponseBase:
    """Serve the photo. Answer 404 both for a hidden photo and for a card without one."""
    picture = visible_fields(listed_card(slug, timezone.now()), request.user).get("photo")
    if not picture:
        raise Http404
    try:
        file = picture.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        },
    )


@limited(CARDS)
def vcard_file(request: AccountRequest, page: DirectoryPage, slug: str) -> HttpResponse:
    """Serve the vCard with the fields that the visitor may see, including the e-mail address if it is shown."""
    now = timezone.now()
    card = listed_card(slug, now)
    count_opening(request.user, card, now)
    names = (card.last_name, card.first_name) if isinstance(card, Member) else (card.name, "")
    text = vcard(
        visible_fields(card, request.user),
        names=names,
        url=f"{page.full_url}{page.reverse_subpage('card', args=[card.slug])}",
        changed=card.updated_at,
    )
    return HttpResponse(
        text,
        content_type="text/vcard; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{card.slug}.vcf"',
            "X-Content-Type-Options": "nosniff",
        },
    )
