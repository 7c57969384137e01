"""Admin list of the outbox: e-mails sent, waiting and failed."""

from typing import Any

from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import re_path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from wagtail.admin import messages
from wagtail.log_actions import registry

from home.access import AccountRequest
from home.admin.base import (
    ActionRefused,
    HardenedIndexView,
    HardenedModelAdmin,
    ReadOnlyPermissionHelper,
    RowAction,
)
from home.admin.confirmation import NOT_SHOWN, SHOWN, letter_in, show_confirmation
from home.mail import outbox
from home.models.mail import INTERRUPTED, OutgoingEmail, Reason

RESEND_ACTION = "home.resend"
RESEND_ALL = "renvoyer_tout"
CONFIRMED = "confirme"


class MailIndexView(HardenedIndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            failures=failures(self.get_base_queryset()),
            resend_url=self.url_helper.get_action_url(RESEND_ALL),
        )


def failures(rows: QuerySet[OutgoingEmail]) -> list[tuple[Reason, int]]:
    """Return why messages failed, and how many of them can be sent again, the most frequent first."""
    counts = (
        rows.filter(state=OutgoingEmail.State.FAILED, blanked_at__isnull=True)
        .exclude(reason="")
        .order_by()
        .values_list("reason")
        .annotate(number=Count("pk"))
    )
    return sorted(((Reason(reason), number) for reason, number in counts), key=lambda one: -one[1])


class OutgoingEmailAdmin(HardenedModelAdmin):
    model = OutgoingEmail
    menu_label = "E-mails envoyés"
    menu_icon = "mail"
    list_display = ("created_at", "about", "recipient", "kind", "state", "trouble", "attempts")
    list_display_add_buttons = "about"
    list_filter = ("state", "reason", "interrupted", "created_at")
    list_export = ("recipient", "kind", "about", "state", "trouble", "created_at", "sent_at")
    search_fields = ("recipient", "subject", "kind")
    inspect_view_fields = (
        "recipient", "kind", "subject", "state", "trouble", "attempts", "created_at", "due_at",
        "sent_at", "content",
    )  # fmt: skip
    row_actions = (
        RowAction(
            "renvoyer",
            "Renvoyer",
            run="resend",
            shown=lambda row: row.can_be_resent,
            explains="Cette lettre, qui n’est pas partie, est envoyée de nouveau.",
        ),
    )
    permission_helper_class = ReadOnlyPermissionHelper
    index_view_class = MailIndexView
    index_template_name = "home/admin/mail_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        # Bodies are large and may hold a secret: lists do not read them.
        rows = super().get_queryset(request).defer("html", "attachments", "headers", "text")
        return rows.seen_by(request.user)

    @display(description="objet", ordering="subject")
    def about(self, row: OutgoingEmail) -> str:
        """Return the subject, but for members and accounts the kind: subjects of private messages are not for a list."""
        is_private = row.area == OutgoingEmail.Area.MEMBERS
        return capfirst(row.kind) if is_private else row.subject

    @display(description="incident")
    def trouble(self, row: OutgoingEmail) -> str:
        """Return the last error, and the time of the next attempt after a failure."""
        sentences = [INTERRUPTED] if row.interrupted and row.last_error != INTERRUPTED else []
        sentences.append(row.last_error)
        if row.state == OutgoingEmail.State.FAILED and row.due_at:
            sentences.append(f"Nouvel essai à {date_format(localtime(row.due_at), 'H:i')}.")
        return " ".join(filter(None, sentences))

    @display(description="texte")
    def content(self, row: OutgoingEmail) -> str:
        if row.secret or row.blanked_at:
            return NOT_SHOWN
        return format_html("<pre>{}</pre>", row.text)

    def resend(self, request: HttpRequest, row: OutgoingEmail) -> str:
        if not outbox.resend(row):
            raise ActionRefused("Ce message est déjà reparti, ou son contenu a été effacé.")
        registry.log(row, RESEND_ACTION, user=request.user)
        return f"Le message à {row.recipient} repart."

    def resend_all_view(self, request: AccountRequest) -> HttpResponse:
        """Ask once (first POST), then send again all that failed for one reason."""
        if not request.user.has_perm("home.change_outgoingemail"):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        if request.method == "POST" and reason in Reason.values:
            rows = self.get_queryset(request).filter(reason=reason)
            if CONFIRMED not in request.POST:
                return self.ask_to_resend_all(request, Reason(reason), rows)
            number = outbox.resend_all(rows, timezone.now())
            title = capfirst(f"{Reason(reason).label} ({number})")
            registry.log(OutgoingEmail(pk=0), RESEND_ACTION, user=request.user, title=title)
            messages.success(request, said_of(number))
        return redirect(self.url_helper.index_url)

    def ask_to_resend_all(
        self, request: AccountRequest, reason: Reason, rows: QuerySet[OutgoingEmail]
    ) -> HttpResponse:
        rows = rows.filter(state=OutgoingEmail.State.FAILED, blanked_at__isnull=True)
        return show_confirmation(
            request,
            label="Les renvoyer tous",
            about=capfirst(str(reason.label)),
            explanation="Ces lettres, qui ne sont pas parties, sont envoyées de nouveau.",
            letters=[letter_in(row) for row in rows[:SHOWN]],
            others=max(0, rows.count() - SHOWN),
            back=self.url_helper.index_url,
            hidden={"reason": reason.value, CONFIRMED: "1"},
        )

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        resend_all = re_path(
            f"^{self.url_helper.base_url_path}/{RESEND_ALL}/$",
            self.resend_all_view,
            name=self.url_helper.get_action_url_name(RESEND_ALL),
        )
        return (*super().get_admin_urls_for_registration(), resend_all)


def said_of(number: int) -> str:
    if number == 0:
        return "Aucun message n’était à renvoyer."
    return "Un message repart." if number == 1 else f"{number} messages repartent."
