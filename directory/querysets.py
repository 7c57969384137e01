"""The words in which the directory, invitations and requests are asked."""

import datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from home.access import MEMBERS_GROUP, visible_to
from home.french import query_terms

#: While someone who left may change their mind.
UNDONE_WITHIN = datetime.timedelta(days=30)


class CardQuerySet(QuerySet[Any]):
    def listed(self) -> Self:
        """Organisations, and people who are members now."""
        members = get_user_model().objects.filter(is_active=True, groups__name=MEMBERS_GROUP)
        return self.filter(Q(as_organisation__isnull=False) | Q(as_member__user__in=members))

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

    def by_name(self) -> Self:
        return self.order_by("sort_key", "pk")

    def for_list(self) -> Self:
        """With everything that a list of cards reads."""
        return self.select_related(
            "as_organisation", "as_member__organisation", "as_member__user", "territory"
        ).prefetch_related("themes")


class InvitationQuerySet(QuerySet[Any]):
    def available(self, on: datetime.date) -> Self:
        """Both dates are inclusive; one that is made of a page waits for it to be published."""
        return self.filter(
            Q(available_from=None) | Q(available_from__lte=on),
            Q(available_until=None) | Q(available_until__gte=on),
            Q(document__isnull=False) | Q(page__live=True),
        )

    def visible_to(self, user: Any) -> Self:
        """Without those that are made of a page which this visitor may not read."""
        return self.filter(Q(document__isnull=False) | Q(page__in=visible_to(user)))

    def for_member(self, *, ambassador: bool) -> Self:
        return self if ambassador else self.filter(audience="members")

    def for_list(self) -> Self:
        return self.select_related("document__collection", "page").order_by("-created_at", "-pk")


class DepartureQuerySet(QuerySet[Any]):
    def due(self, at: datetime.datetime) -> Self:
        """Those that can no longer be undone."""
        return self.filter(left_at__lte=at - UNDONE_WITHIN)


class ContactMessageQuerySet(QuerySet[Any]):
    def received_by(self, user: Any) -> Self:
        return self.filter(recipient=user, delivered=True).select_related("sender")

    def reported(self) -> Self:
        return self.filter(reported_at__isnull=False)

    def to_handle(self) -> Self:
        return self.reported().filter(handled_at=None)


class JoinRequestQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state__in=("sent", "confirmed"))

    def to_decide(self) -> Self:
        return self.filter(state="confirmed").order_by("confirmed_at")
