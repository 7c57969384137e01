"""Messages between members that staff read: first messages before they are sent, and reported messages."""

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from directory.messages import messaging
from directory.models import ContactMessage, MessageToReview
from home.access import AccountRequest
from home.admin import (
    ActionRefused,
    HardenedModelAdmin,
    ReadOnlyPermissionHelper,
    RowAction,
    WordForm,
)
from home.french import d_of


class MessageToReviewAdmin(HardenedModelAdmin):
    """First messages of new members, to send or refuse. « Examiner » shows the whole text."""

    model = MessageToReview
    menu_label, menu_icon = "Messages à relire", "view"
    list_display = ("subject", "extract", "sender", "recipient", "sent_at")
    search_fields = ("subject",)
    inspect_view_fields = ("subject", "whole_text", "sender", "recipient", "sent_at")
    permission_helper_class = ReadOnlyPermissionHelper
    row_actions = (
        RowAction(
            "laisser-partir",
            "Envoyer",
            run="let_go",
            explains="Ce premier message part, et les suivants de cette personne partiront sans relecture.",
        ),
        RowAction(
            "refuser",
            "Refuser",
            run="hold_back",
            explains="Ce message ne part pas. La personne qui l’a écrit en est prévenue.",
            form=WordForm,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageToReview]:
        rows = super().get_queryset(request).filter(review=ContactMessage.Review.WAITING)
        return rows.select_related("sender", "recipient")

    def left_rows(self) -> QuerySet[MessageToReview]:
        reviewed = (ContactMessage.Review.PASSED, ContactMessage.Review.REFUSED)
        return MessageToReview.objects.filter(review__in=reviewed)

    @display(description="message")
    def extract(self, row: MessageToReview) -> str:
        return Truncator(row.text).chars(160)

    @display(description="message")
    def whole_text(self, row: MessageToReview) -> str:
        return format_html("<pre>{}</pre>", row.text)

    def let_go(self, request: AccountRequest, message: MessageToReview) -> str:
        try:
            messaging.let_go(message, by=request.user, at=timezone.now())
        except messaging.AlreadyReviewed as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"Le message {d_of(message.author_name)} part, et cette personne en est prévenue."

    def hold_back(self, request: AccountRequest, message: MessageToReview, word: str = "") -> str:
        try:
            messaging.hold_back(message, by=request.user, at=timezone.now(), word=word)
        except messaging.AlreadyReviewed as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"Le message {d_of(message.author_name)} ne part pas, et cette personne en est prévenue."


class ReportedMessageAdmin(HardenedModelAdmin):
    """Messages reported by their recipient. Staff cannot read any other."""

    model = ContactMessage
    menu_label, menu_icon = "Messages signalés", "warning"
    list_display = ("subject", "author", "recipient", "reported_at", "handled_at")
    list_filter = ("reported_at",)
    search_fields = ("subject",)
    inspect_view_fields = (
        "subject", "text", "author", "recipient", "sent_at", "reported_at", "handled_at",
    )  # fmt: skip
    permission_helper_class = ReadOnlyPermissionHelper
    row_actions = (
        RowAction(
            "traiter", "Marquer comme traité", run="handle", shown=lambda m: not m.handled_at
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactMessage]:
        rows = super().get_queryset(request).filter(reported_at__isnull=False)
        return rows.select_related("sender", "recipient")

    @display(description="de", ordering="sender")
    def author(self, message: ContactMessage) -> str:
        return message.author_name

    def handle(self, request: AccountRequest, message: ContactMessage) -> str:
        messaging.handle(message, by=request.user, at=timezone.now())
        return "Ce message est marqué comme traité."
