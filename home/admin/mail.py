"""Admin list of the outbox: e-mails sent, waiting and failed."""

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from wagtail.log_actions import registry

from home.admin.base import ActionRefused, HardenedModelAdmin, ReadOnlyPermissionHelper, RowAction
from home.mail import outbox
from home.models.mail import INTERRUPTED, OutgoingEmail

RESEND_ACTION = "home.resend"


class OutgoingEmailAdmin(HardenedModelAdmin):
    model = OutgoingEmail
    menu_label = "Courriels envoyés"
    menu_icon = "mail"
    list_display = ("created_at", "subject", "recipient", "kind", "state", "trouble", "attempts")
    list_display_add_buttons = "subject"
    list_filter = ("state", "interrupted", "created_at")
    list_export = ("recipient", "kind", "subject", "state", "trouble", "created_at", "sent_at")
    search_fields = ("recipient", "subject", "kind")
    inspect_view_fields = (
        "recipient", "kind", "subject", "state", "trouble", "attempts", "created_at", "due_at",
        "sent_at", "content",
    )  # fmt: skip
    row_actions = (
        RowAction("renvoyer", "Renvoyer", run="resend", shown=lambda row: row.can_be_resent),
    )
    permission_helper_class = ReadOnlyPermissionHelper

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        # Bodies are large and may hold a secret: lists do not read them.
        return super().get_queryset(request).defer("html", "attachments", "headers", "text")

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
            return "Non affiché : ce message contient un code ou un lien personnel, ou son texte a été effacé."
        return format_html("<pre>{}</pre>", row.text)

    def resend(self, request: HttpRequest, row: OutgoingEmail) -> str:
        if not outbox.resend(row):
            raise ActionRefused("Ce message est déjà reparti, ou son contenu a été effacé.")
        registry.log(row, RESEND_ACTION, user=request.user)
        return f"Le message à {row.recipient} repart."
