"""Cards of the directory on the desk (`home.admin.desk`). Each is None when there is nothing to do."""

from datetime import datetime

from django.urls import reverse

from directory.departures.retention import OPENINGS_KEPT
from directory.models import CardOpenings, ContactMessage, JoinRequest, User
from home.admin.desk import SHOWN, Card, Line, Link
from home.french import count_of, long_date


def requests_card(user: User, now: datetime) -> Card | None:
    """Join requests that await a decision."""
    if not user.has_perm("directory.view_joinrequest"):
        return None
    waiting = JoinRequest.objects.to_decide()
    count = waiting.count()
    if not count:
        return None
    return Card(
        key="demandes-d-adhesion",
        order=40,
        title="Demandes d’adhésion à examiner",
        lines=tuple(request_line(one) for one in waiting[:SHOWN]),
        more=Link(
            f"{count_of(count, 'demande')}\u00a0: voir et répondre",
            f"{reverse('directory_joinrequest_modeladmin_index')}?state__exact=confirmed",
        ),
    )


def request_line(request: JoinRequest) -> Line:
    since = request.confirmed_at
    facts = (
        request.organisation_name,
        f"depuis le {long_date(since, weekday=False)}" if since else "",
    )
    return Line(
        text=str(request),
        note=" · ".join(filter(None, facts)),
        action=Link(
            "Lire et répondre",
            reverse("directory_joinrequest_modeladmin_inspect", args=[request.pk]),
        ),
    )


def messages_card(user: User, now: datetime) -> Card | None:
    """First messages of new members that await review, and reported messages that nobody has handled."""
    links = []
    if user.has_perm("directory.view_messagetoreview"):
        count = ContactMessage.objects.to_review().count()
        address = reverse("directory_messagetoreview_modeladmin_index")
        links += [("Premiers messages de nouveaux membres", "relire", count, address)]
    if user.has_perm("directory.view_contactmessage"):
        count = ContactMessage.objects.to_handle().count()
        address = reverse("directory_contactmessage_modeladmin_index")
        links += [("Messages signalés par des membres", "lire", count, address)]
    lines = tuple(
        Line(
            text=said,
            action=Link(count_of(count, f"message à {verb},messages à {verb}"), address),
        )
        for said, verb, count, address in links
        if count
    )
    if not lines:
        return None
    return Card(key="messages-des-membres", order=45, title="Messages des membres", lines=lines)


def openings_card(user: User, now: datetime) -> Card | None:
    """Members who opened so many cards in a day that they may be copying the directory."""
    if not user.has_perm("directory.change_member"):
        return None
    rows = list(CardOpenings.objects.unusual())
    if not rows:
        return None
    lines = [
        Line(
            text=f"{row.user}\u00a0: {count_of(row.count, 'fiche')} le {long_date(row.day, weekday=False)}"
        )
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        others = count_of(len(rows) - SHOWN, "autre journée,autres journées")
        lines.append(Line(text=f"Et {others}."))
    return Card(
        key="fiches-ouvertes",
        order=47,
        title="Annuaire\u00a0: beaucoup de fiches ouvertes en un jour",
        intro="Ce peut être une recherche patiente, ou quelqu’un qui recopie l’annuaire\u00a0: écrivez-lui d’abord. "
        f"Seul le nombre est gardé, {OPENINGS_KEPT.days} jours\u202f; personne ne sait quelles fiches.",
        lines=tuple(lines),
        more=Link("Voir les membres", reverse("directory_member_modeladmin_index")),
    )
