"""Panels of the home app on the Wagtail dashboard."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from home.access import Account
from home.models.freshness_check import FreshnessCheck
from home.models.mail import OutgoingEmail
from home.models.privacy_check import PrivacyCheck


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


def add_start_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(StartPanel())


class MailPanel(Component):
    """E-mails that failed, and those that may have been sent twice in the last 7 days. Empty without any."""

    name = "courriels"
    order = 150
    template_name = "home/admin/mail_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        seen = OutgoingEmail.objects.seen_by(parent_context["request"].user)
        failed = seen.failed()
        since = timezone.now() - timedelta(days=7)
        return {
            "failed": failed.only("recipient", "kind", "last_error", "created_at")[:5],
            "failed_count": failed.count(),
            "doubtful_count": seen.filter(interrupted=True, created_at__gte=since).count(),
            "list_url": reverse("home_outgoingemail_modeladmin_index"),
        }


def add_mail_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("home.view_outgoingemail"):
        panels.append(MailPanel())


class PrivacyPanel(Component):
    """Result of the last nightly privacy check, green or red."""

    name = "sentinelle"
    order = 160
    template_name = "home/admin/privacy_panel.html"
    shown = 5

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        check = PrivacyCheck.objects.first()
        findings = check.findings if check else []
        return {
            "check": check,
            "late": check is not None and check.is_late(timezone.now()),
            "count": check.count if check else 0,
            "findings": findings[: self.shown],
            "others": max(0, len(findings) - self.shown),
        }


class FreshnessPanel(Component):
    """An old public page that visitors saw, found by the check of the last day. Empty without any."""

    name = "fraicheur"
    order = 170
    template_name = "home/admin/freshness_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"check": FreshnessCheck.objects.to_tell(timezone.now()).first()}


def add_freshness_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(FreshnessPanel())


def add_privacy_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(PrivacyPanel())
