"""Admin lists for models that are not pages, on a hardened wagtail-modeladmin base class.

To list a model, in `<app>/admin.py` or a module of `<app>/admin/`:

    class MemberAdmin(HardenedModelAdmin):
        model = Member                          # Meta.permissions declares ("export_member", "Peut exporter …")
        menu_label, menu_icon = "Membres", "group"
        list_display = ("name", "organisation", "joined_at")  # no boolean: its icons belong to Django's admin
        list_filter = ("organisation",)         # any other query parameter is ignored
        search_fields = ("name",)               # never a secret
        list_export = ("name", "organisation")  # fields or methods of this class; needs export_member
        inspect_view_fields = ("name", "joined_at")
        row_actions = (RowAction("admettre", "Admettre", run="admit", shown=is_pending),)

        def get_queryset(self, request): …      # applies to list, export, edit, inspect, delete, history and actions
        def admit(self, request, member) -> str: return f"{member} est membre."   # or raise ActionRefused("…")

and in `<app>/wagtail_hooks.py`: `modeladmin_register(MemberAdmin)` or a ModelAdminGroup.
"""

from typing import Any

from wagtail_modeladmin.options import ModelAdminGroup

from home.admin.base import (
    ActionRefused,
    HardenedIndexView,
    HardenedModelAdmin,
    KeptPermissionHelper,
    ReadOnlyPermissionHelper,
    RowAction,
)
from home.admin.confirmation import WordForm
from home.admin.exports import EXPORT_ACTION, ExportFormatter
from home.admin.mail import RESEND_ACTION, OutgoingEmailAdmin
from home.admin.newsletter import UNSUBSCRIBE_ACTION, SubscriberAdmin

__all__ = [
    "ActionRefused",
    "HardenedIndexView",
    "HardenedModelAdmin",
    "KeptPermissionHelper",
    "MailGroup",
    "ReadOnlyPermissionHelper",
    "RowAction",
    "WordForm",
    "register_log_actions",
]


class MailGroup(ModelAdminGroup):
    menu_label = "E-mails"
    menu_icon = "mail"
    menu_order = 600
    items = (OutgoingEmailAdmin, SubscriberAdmin)


def register_log_actions(actions: Any) -> None:
    actions.register_action(EXPORT_ACTION)(ExportFormatter)
    actions.register_action(
        UNSUBSCRIBE_ACTION, "Désabonner de la lettre", "Désabonné·e de la lettre par l’équipe"
    )
    actions.register_action(RESEND_ACTION, "Renvoyer un e-mail", "E-mail renvoyé")
