"""The words in which the directory, invitations and requests are asked."""

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
from directory.models.visibility import shown_to_members
from home.access import MEMBERS_GROUP, Account, Visitor, visible_to
from home.french import query_terms
from home.periods import months_before

#: Months after which a card that nobody confirmed is asked about, then hidden from the directory.
ASKED_AFTER, HIDDEN_AFTER = 12, 18

#: After which a request that waits is late.
LATE = datetime.timedelta(hours=48)
#: While someone who left may change their mind.
UNDONE_WITHIN = datetime.timedelta(days=30)

#: Cards that a member opens in a day before the team is told: four pages of the list, each card of them. Who looks for
#: somebody opens ten or so; who copies the directory by hand, hundreds.
UNUSUAL = 96


class CardQuerySet(QuerySet[Any]):
    def present(self) -> Self:
        """Organisations, and people who are members now.

        Asked of each card and not as a list of all members, which PostgreSQL would make anew in each statement.
        """
        groups = get_user_model().groups.through.objects.filter(group__name=MEMBERS_GROUP)
        joined = Exists(groups.filter(user=OuterRef("as_member__user")))
        return self.filter(
            Q(as_organisation__isnull=False) | Q(joined, as_member__user__is_active=True)
        )

    def listed(self, at: datetime.datetime) -> Self:
        """Those present that the directory shows: people said lately enough that their card is true."""
        limit = months_before(at, HIDDEN_AFTER)
        return self.present().exclude(as_member__confirmed_at__lte=limit)

    def search(self, words: str) -> Self:
        """Cards that hold each word, or a word that begins so, in what members may see of them."""
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
        """Organisations of this kind, and people who work in one."""
        return self.filter(
            Q(as_organisation__kind=kind) | Q(as_member__organisation__kind=kind),
        )

    def in_territory(self, code: str) -> Self:
        """Cards that say to members that they are there, or in what stands inside it."""
        inside = (
            Q(territory__code=code)
            | Q(territory__parent__code=code)
            | Q(territory__parent__parent__code=code)
        )
        return self.filter(shown_to_members("territory"), inside)

    def on_theme(self, slug: str) -> Self:
        """Cards that say this theme to members."""
        return self.filter(shown_to_members("themes"), themes__slug=slug)

    def tally(self, theme: str = "") -> QuerySet[Any, Any]:
        """How many of these cards, on this theme if one is given, there are of each nature, kind and place.

        Rows of (person or not, kind, territory, number). A territory that members may not see is none. One pass over
        the cards, and never more rows than there are kinds and places.
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
        """How many of these cards say each theme to members, as rows of (slug, number)."""
        told = self.order_by().filter(shown_to_members("themes"), themes__isnull=False)
        return told.values_list("themes__slug").annotate(number=Count("pk"))

    def by_name(self) -> Self:
        return self.order_by("sort_key", "pk")

    def for_list(self) -> Self:
        """With everything that a list of cards reads."""
        return self.select_related(
            "as_organisation", "as_member__organisation", "as_member__user", "territory__parent"
        )

    def for_card(self) -> Self:
        """With everything that a whole card reads."""
        return self.for_list().prefetch_related("themes")


class TerritoryQuerySet(QuerySet[Any]):
    def useful(self, code: str = "") -> Self:
        """Departments, territories where a card stands, and the one of this code."""
        return self.filter(
            Q(kind=TerritoryKind.DEPARTMENT)
            | Q(code=code)
            | Q(pk__in=self.filter(cards__isnull=False))
        )

    def lineages(self) -> QuerySet[Any, Any]:
        """Rows of (key, code, name, kind, code of what it is part of, and of what that is part of, latitude,
        longitude, outline), by name.
        """
        return self.order_by("name").values_list(
            "pk", "code", "name", "kind", "parent__code", "parent__parent__code",
            "latitude", "longitude", "outline",
        )  # fmt: skip


class MemberQuerySet(CardQuerySet):
    def of_user(self, user: Account) -> Any:
        """The card of this account; None for someone of the team who is in the group without one."""
        return self.select_related("territory", "organisation").filter(user=user).first()

    def to_ask(self, at: datetime.datetime) -> Self:
        """Members whose card was neither confirmed nor asked about for a year."""
        members = get_user_model().objects.filter(is_active=True, groups__name=MEMBERS_GROUP)
        a_year_ago = months_before(at, ASKED_AFTER)
        quiet = Q(asked_at=None) | Q(asked_at__lte=a_year_ago)
        return self.filter(quiet, user__in=members, confirmed_at__lte=a_year_ago)


class InvitationQuerySet(QuerySet[Any]):
    def available(self, on: datetime.date) -> Self:
        """Both dates are inclusive; one that is made of a page waits for it to be published."""
        return self.filter(
            Q(available_from=None) | Q(available_from__lte=on),
            Q(available_until=None) | Q(available_until__gte=on),
            Q(document__isnull=False) | Q(page__live=True),
        )

    def visible_to(self, user: Visitor) -> Self:
        """Without those that are made of a page which this visitor may not read."""
        return self.filter(Q(document__isnull=False) | Q(page__in=visible_to(user)))

    def offered_to(self, user: Account, on: datetime.date, *, ambassador: bool) -> Self:
        """What this visitor may download that day."""
        return self.available(on).visible_to(user).for_member(ambassador=ambassador).for_list()

    def for_member(self, *, ambassador: bool) -> Self:
        return self if ambassador else self.filter(audience=InvitationAudience.MEMBERS)

    def for_list(self) -> Self:
        return self.select_related("document__collection", "page").order_by("-created_at", "-pk")


class DepartureQuerySet(QuerySet[Any]):
    def due(self, at: datetime.datetime) -> Self:
        """Those that can no longer be undone."""
        return self.filter(left_at__lte=at - UNDONE_WITHIN)


class ContactMessageQuerySet(QuerySet[Any]):
    def received_by(self, user: Account) -> Self:
        return self.filter(recipient=user, delivered=True).select_related("sender")

    def to_review(self) -> Self:
        return self.filter(review=MessageReview.WAITING)

    def let_go(self) -> Self:
        """Neither held back nor refused by the team."""
        return self.exclude(review__in=(MessageReview.WAITING, MessageReview.REFUSED))

    def reported(self) -> Self:
        return self.filter(reported_at__isnull=False)

    def to_handle(self) -> Self:
        return self.reported().filter(handled_at=None)


class CardOpeningsQuerySet(QuerySet[Any]):
    def count_one(self, user: Account, day: datetime.date) -> None:
        """One card more. Two first cards of a day in the same instant count as one: nothing hangs on it."""
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
        """Those that wait and of which the team was not told yet."""
        return self.to_decide().filter(announced_at=None, confirmed_at__lt=before)

    def late(self, at: datetime.datetime) -> Self:
        """Those that wait for more than two days."""
        return self.to_decide().filter(confirmed_at__lt=at - LATE)
