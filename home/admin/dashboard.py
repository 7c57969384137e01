"""The dashboard: the desk of `home.admin.desk`, and the cards of the home app."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.models import Page, TaskState

from home.access import Account
from home.admin.desk import SHOWN, Card, Line, Link, cards_for
from home.french import count_of, hour, long_date
from home.models.freshness_check import FreshnessCheck
from home.models.mail import OutgoingEmail
from home.models.privacy_check import PrivacyCheck

#: Who may do something about what the nightly checks find.
MAY_MEND = "home.change_sitesettings"


class StartPanel(Component):
    """A button per page type that the editor may add, and a link to the guide."""

    name = "commencer"
    order = 50
    template_name = "home/admin/start_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"additions": list(additions_for(parent_context["request"].user))}


def additions_for(user: Account) -> Iterator[tuple[str, str]]:
    """Yield (URL, label) of the "add page" view of each page type that has a single index page."""
    for page in Page.objects.live().filter(depth=3).specific(defer=True):
        if page.max_count != 1 or not page.permissions_for_user(user).can_add_subpage():
            continue
        for model in page.creatable_subpage_models():
            only_here = model.allowed_parent_page_models() == [page.specific_class]
            if only_here and model.can_create_at(page):
                names = (model._meta.app_label, model._meta.model_name)
                address = reverse("wagtailadmin_pages:add", args=[*names, page.pk])
                yield address, capfirst(str(model._meta.verbose_name))


class DeskPanel(Component):
    """The cards of the person, in order; a sentence when nothing waits."""

    name = "bureau"
    order = 60
    template_name = "home/admin/desk.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        request = parent_context["request"]
        cards = cards_for(request.user, timezone.now())
        return {
            "cards": cards,
            "is_calm": not any(card.asks for card in cards),
            "request": request,
            "csrf_token": parent_context["csrf_token"],
        }


def add_desk(request: HttpRequest, panels: list[Component]) -> None:
    """Put the desk first. Its card of drafts replaces Wagtail's table of them (hook `construct_homepage_panels`)."""
    panels[:] = [one for one in panels if not isinstance(one, WorkflowObjectsToModeratePanel)]
    panels += [StartPanel(), DeskPanel()]


# Cards


def drafts_card(user: Account, now: datetime) -> Card | None:
    """Pages that await this person's approval, the longest wait first."""
    waiting = TaskState.objects.reviewable_by(user).select_related("revision__user")
    states = waiting.prefetch_related("revision__content_object").order_by("started_at")
    proposed = [state for state in states if state.revision and state.revision.content_object]
    if not proposed:
        return None
    return Card(
        key="brouillons-a-relire",
        order=60,
        title="Pages proposées, à approuver",
        lines=tuple(map(draft_line, proposed[:SHOWN])),
        more=Link(
            f"{count_of(len(proposed), 'page proposée,pages proposées')}\u00a0: tout voir",
            f"{reverse('wagtailadmin_reports:workflow')}?status=in_progress",
        ),
    )


def draft_line(state: TaskState) -> Line:
    page, author = state.revision.content_object, state.revision.user
    by = f", par {author}" if author else ""
    return Line(
        text=str(page),
        note=f"depuis le {long_date(state.started_at, weekday=False)}{by}",
        action=Link("Relire et approuver", reverse("wagtailadmin_pages:edit", args=[page.pk])),
    )


def mail_card(user: Account, now: datetime) -> Card | None:
    """E-mails that failed, and those that may have been sent twice in the last 7 days."""
    if not user.has_perm("home.view_outgoingemail"):
        return None
    seen = OutgoingEmail.objects.seen_by(user)
    failed = seen.failed()
    number = failed.count()
    doubtful = seen.filter(interrupted=True, created_at__gte=now - timedelta(days=7)).count()
    if not (number or doubtful):
        return None
    address = reverse("home_outgoingemail_modeladmin_index")
    rows = failed.only("recipient", "kind", "last_error", "created_at")[:SHOWN]
    all_failed = Link(
        f"{number} e-mail{'s' if number > 1 else ''} en échec\u00a0: voir et renvoyer",
        f"{address}?state__exact=failed",
    )
    return Card(
        key="e-mails-en-echec",
        order=50,
        title="E-mails en échec" if number else "E-mails peut-être reçus deux fois",
        intro=doubt(doubtful),
        lines=tuple(
            Line(
                text=f"{row.kind}, à {row.recipient}",
                note=f"{long_date(row.created_at, weekday=False)}, {hour(row.created_at)}. {row.last_error}",
            )
            for row in rows
        ),
        more=all_failed if number else Link("Voir", f"{address}?interrupted__exact=1"),
        alarms=bool(number),
    )


def doubt(number: int) -> str:
    if not number:
        return ""
    s = "s" if number > 1 else ""
    return f"{number} envoi{s} interrompu{s} cette semaine, peut-être reçu{s} deux fois."


def privacy_card(user: Account, now: datetime) -> Card | None:
    """Result of the last nightly privacy check, and what to do when it is red."""
    if not user.has_perm(MAY_MEND):
        return None
    check = PrivacyCheck.objects.first()
    green = Card(key="sentinelle", order=90, title="Ce qui est privé reste privé", asks=False)
    if check is None:
        intro = "La première vérification n’a pas encore eu lieu\u00a0: elle se fait la nuit."
        return replace(green, intro=intro)
    day = f"{long_date(check.checked_at, weekday=False)} à {hour(check.checked_at)}"
    if check.findings:
        return red_card(
            check, "Quelque chose de privé se voit", f"La vérification du {day} a trouvé\u00a0:"
        )
    if check.is_late(now):
        return red_card(
            check,
            "Plus rien ne vérifie ce qui est privé",
            f"Rien n’a été vérifié depuis le {day}\u00a0: l’horloge ou le travailleur du site est arrêté.",
            steps=("Prévenez la personne qui s’occupe du site\u00a0: il faut les relancer.",),
        )
    checked = count_of(check.count, "adresse privée vérifiée,adresses privées vérifiées")
    intro = f"{checked} le {day}\u00a0: les membres y ont accès, personne d’autre."
    return replace(green, verdict="Vert.", intro=intro)


#: What to do about a private page or file that is not private any more.
MEND = (
    "Une page est nommée\u00a0: ouvrez-la, puis son état (le «\u00a0i\u00a0» en haut à droite), et rendez sa visibilité aux membres.",
    "Un fichier est nommé\u00a0: ouvrez-le dans «\u00a0Documents\u00a0» et rangez-le dans «\u00a0Espace membres\u00a0».",
    "Autre chose, ou un doute\u00a0: envoyez ces lignes à la personne qui s’occupe du site.",
)


def red_card(check: PrivacyCheck, title: str, intro: str, steps: tuple[str, ...] = MEND) -> Card:
    others = len(check.findings) - SHOWN + 1
    lines = [Line(text=finding) for finding in check.findings[: SHOWN - 1]]
    if others > 0:
        lines.append(Line(text=f"Et {count_of(others, 'autre constat,autres constats')}."))
    return Card(
        key="sentinelle",
        order=10,
        title=title,
        verdict="Rouge.",
        intro=intro,
        lines=tuple(lines),
        steps=steps,
        alarms=True,
    )


def freshness_card(user: Account, now: datetime) -> Card | None:
    """Old versions of public pages that visitors saw, found by the check of the last day."""
    check = FreshnessCheck.objects.to_tell(now).first() if user.has_perm(MAY_MEND) else None
    if check is None:
        return None
    day = f"{long_date(check.checked_at, weekday=False)} à {hour(check.checked_at)}"
    return Card(
        key="fraicheur",
        order=15,
        title="Les pages publiques sont à jour",
        verdict="Rouge.",
        intro=f"Le {day}, des visiteurs voyaient encore une ancienne version de ces pages. "
        "Toutes ont été refaites aussitôt.",
        lines=tuple(Line(text=address) for address in check.stale[:SHOWN]),
        steps=("Dites-le à la personne qui s’occupe du site.",),
        alarms=True,
    )
