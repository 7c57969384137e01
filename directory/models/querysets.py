"""Querysets of the directory: cards, territories, invitations, departures, messages, join requests."""

import datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from directory.models.enums import (
    InvitationAudience,
    JoinRequestState,
    MessageReview,
    TerritoryKind,
)
from directory.models.inactivity_timetable import ASKED_AFTER, HIDDEN_AFTER
from directory.models.visibility import shown_to_members
from home.access import MEMBERS_GROUP, Account, Visitor, visible_to
from home.french import query_terms
from home.periods import months_before

#: Time after which a pending request is late.
LATE = datetime.timedelta(hours=48)
#: Period in which a departure can be undone.
UNDONE_WITHIN = datetime.timedelta(days=30)

#: Cards that a member can open in a day before the team is alerted: all cards on four pages of the list. Looking for
#: somebody takes about ten, copying the directory by hand hundreds.
UNUSUAL = 96


class CardQuerySet(QuerySet[Any]):
    def present(self) -> Self:
        """Return organisations, and current members.

        Uses EXISTS per card, since PostgreSQL would evaluate a list of all members in each statement.
        """
        groups = get_user_model().groups.through.objects.filter(group__name=MEMBERS_GROUP)
        joined = Exists(groups.filter(user=OuterRef("as_member__user")))
        return self.filter(
            Q(as_organisation__isnull=False) | Q(joined, as_member__user__is_active=True)
        )

    def listed(self, at: datetime.datetime) -> Self:
        """Return the cards shown in the directory: `present`, without members whose last confirmation is too old."""
        limit = months_before(at, HIDDEN_AFTER)
        return self.present().exclude(as_member__confirmed_at__lte=limit)

    def search(self, words: str) -> Self:
        """Return cards with words that start with each search term, in fields visible to members."""
        groups = query_terms(words)
        found = self if groups else self.none()
        for group in groups:
            terms = Q()
            for term in group:
                terms |= Q(search_text__contains=f" {term}")
            found = found.filter(terms)
        return found

    def people(self) -> Self:
        return self.filter(as_member__isnull=False)

    def organisations(self) -> Self:
        return self.filter(as_organisation__isnull=False)

    def of_kind(self, kind: str) -> Self:
        """Return organisations of this kind, and members who work in one."""
        return self.filter(
            Q(as_organisation__kind=kind) | Q(as_member__organisation__kind=kind),
        )

    def in_territory(self, code: str) -> Self:
        """Return cards in the territory or in one inside it, if members can see their territory."""
        inside = (
            Q(territory__code=code)
            | Q(territory__parent__code=code)
            | Q(territory__parent__parent__code=code)
        )
        return self.filter(shown_to_members("territory"), inside)

    def on_theme(self, slug: str) -> Self:
        """Return cards with this theme, if members can see their themes."""
        return self.filter(shown_to_members("themes"), themes__slug=slug)

    def tally(self, theme: str = "") -> QuerySet[Any, Any]:
        """Count the cards, optionally those with a theme, by nature, kind and territory.

        Return rows of (is person, kind, territory, number). A territory hidden from members is None. Takes one query, and
        the number of rows depends on kinds and territories only.
        """
        cards = self.on_theme(theme) if theme else self
        return (
            cards.order_by()
            .annotate(
                is_person=Case(When(as_member__isnull=False, then=True), default=False),
                kind=Coalesce("as_organisation__kind", "as_member__organisation__kind"),
                place=Case(When(shown_to_members("territory"), then=F("territory"))),
            )
            .values_list("is_person", "kind", "place")
            .annotate(number=Count("pk"))
        )

    def tally_of_themes(self) -> QuerySet[Any, Any]:
        """Count the cards by theme visible to members, as rows of (slug, number)."""
        told = self.order_by().filter(shown_to_members("themes"), themes__isnull=False)
        return told.values_list("themes__slug").annotate(number=Count("pk"))

    def by_name(self) -> Self:
        return self.order_by("sort_key", "pk")

    def for_list(self) -> Self:
        """Fetch all that a list of cards reads."""
        return self.select_related(
            "as_organisation", "as_member__organisation", "as_member__user", "territory__parent"
        )

    def for_card(self) -> Self:
        """Fetch all that a card's page reads."""
        return self.for_list().prefetch_related("themes")


class TerritoryQuerySet(QuerySet[Any]):
    def useful(self, code: str = "") -> Self:
        """Return departments, territories with cards, and the one with this code."""
        return self.filter(
            Q(kind=TerritoryKind.DEPARTMENT)
            | Q(code=code)
            | Q(pk__in=self.filter(cards__isnull=False))
        )

    def lineages(self) -> QuerySet[Any, Any]:
        """Return rows of (key, code, name, kind, parent's code, grandparent's code, latitude, longitude, outline), by
        name.
        """
        return self.order_by("name").values_list(
            "pk", "code", "name", "kind", "parent__code", "parent__parent__code",
            "latitude", "longitude", "outline",
        )  # fmt: skip


class MemberQuerySet(CardQuerySet):
    def of_user(self, user: Account) -> Any:
        """Return the card of this account, or None for staff in the group without a card."""
        return self.select_related("territory", "organisation").filter(user=user).first()

    def to_ask(self, at: datetime.datetime) -> Self:
        """Return members who have neither confirmed their card nor been asked about it for a year."""
        members = get_user_model().objects.filter(is_active=True, groups__name=MEMBERS_GROUP)
        a_year_ago = months_before(at, ASKED_AFTER)
        quiet = Q(asked_at=None) | Q(asked_at__lte=a_year_ago)
        return self.filter(quiet, user__in=members, confirmed_at__lte=a_year_ago)


class InvitationQuerySet(QuerySet[Any]):
    def available(self, on: datetime.date) -> Self:
        """Return invitations available on this day, dates included. A page must be published."""
        return self.filter(
            Q(available_from=None) | Q(available_from__lte=on),
            Q(available_until=None) | Q(available_until__gte=on),
            Q(document__isnull=False) | Q(page__live=True),
        )

    def visible_to(self, user: Visitor) -> Self:
        """Leave out invitations whose page the visitor may not read."""
        return self.filter(Q(document__isnull=False) | Q(page__in=visible_to(user)))

    def offered_to(self, user: Account, on: datetime.date, *, ambassador: bool) -> Self:
        """Return the invitations that the user may download on this day."""
        return self.available(on).visible_to(user).for_member(ambassador=ambassador).for_list()

    def for_member(self, *, ambassador: bool) -> Self:
        return self if ambassador else self.filter(audience=InvitationAudience.MEMBERS)

    def for_list(self) -> Self:
        return self.select_related("document__collection", "page").order_by("-created_at", "-pk")


class DepartureQuerySet(QuerySet[Any]):
    def due(self, at: datetime.datetime) -> Self:
        """Return departures that can no longer be undone."""
        return self.filter(left_at__lte=at - UNDONE_WITHIN)


class ContactMessageQuerySet(QuerySet[Any]):
    def received_by(self, user: Account) -> Self:
        return self.filter(recipient=user, delivered=True).select_related("sender")

    def to_review(self) -> Self:
        return self.filter(review=MessageReview.WAITING)

    def let_go(self) -> Self:
        """Return messages that are neither held for review nor refused."""
        return self.exclude(review__in=(MessageReview.WAITING, MessageReview.REFUSED))

    def reported(self) -> Self:
        return self.filter(reported_at__isnull=False)

    def to_handle(self) -> Self:
        return self.reported().filter(handled_at=None)


class CardOpeningsQuerySet(QuerySet[Any]):
    def count_one(self, user: Account, day: datetime.date) -> None:
        """Add one to the day's count. Two simultaneous first cards count as one, which is precise enough."""
        if not self.filter(user=user, day=day).update(count=F("count") + 1):
            self.bulk_create([self.model(user=user, day=day)], ignore_conflicts=True)

    def unusual(self) -> Self:
        return self.filter(count__gt=UNUSUAL).select_related("user")


class JoinRequestQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state__in=(JoinRequestState.SENT, JoinRequestState.CONFIRMED))

    def to_decide(self) -> Self:
        return self.filter(state=JoinRequestState.CONFIRMED).order_by("confirmed_at")

    def to_announce(self, before: datetime.datetime) -> Self:
        """Return pending requests that the team has not been told about."""
        return self.to_decide().filter(announced_at=None, confirmed_at__lt=before)

    def late(self, at: datetime.datetime) -> Self:
        """Return requests pending for more than two days."""
        return self.to_decide().filter(confirmed_at__lt=at - LATE)
