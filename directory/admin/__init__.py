"""Back office of the directory: join requests, members, organisations, territories, invitations, messages."""

from typing import Any

from wagtail_modeladmin.options import ModelAdminGroup

from directory.admin.cards import MemberAdmin, OrganisationAdmin, TerritoryAdmin
from directory.admin.invitations import InvitationAdmin, InvitationDownloadAdmin
from directory.admin.membership import JoinRequestAdmin
from directory.admin.messages import MessageToReviewAdmin, ReportedMessageAdmin
from directory.membership import admission
from directory.messages import messaging


class NetworkGroup(ModelAdminGroup):
    menu_label = "Réseau"
    menu_icon = "group"
    menu_order = 300
    items = (
        JoinRequestAdmin,
        MemberAdmin,
        OrganisationAdmin,
        TerritoryAdmin,
        InvitationAdmin,
        InvitationDownloadAdmin,
        MessageToReviewAdmin,
        ReportedMessageAdmin,
    )


def register_log_actions(actions: Any) -> None:
    for action, label, message in (
        (admission.ADMIT, "Admettre", "Admise dans le réseau"),
        (admission.REFUSE, "Refuser", "Demande refusée"),
        (admission.SUSPEND, "Suspendre", "Sortie du groupe des membres"),
        (admission.REINSTATE, "Réintégrer", "Remise dans le groupe des membres"),
        (admission.LEAVE, "Quitter", "A quitté le réseau"),
        (admission.COME_BACK, "Revenir", "Est revenu·e dans le réseau"),
        (messaging.HANDLE, "Traiter un signalement", "Message signalé, traité"),
        (messaging.PASS, "Envoyer un message relu", "Premier message relu, envoyé"),
        (messaging.HOLD_BACK, "Refuser un message relu", "Premier message relu, refusé"),
        (admission.IMPORT, "Importer", "Ajoutée depuis un fichier"),
        (
            admission.FALL_ASLEEP,
            "Effacer un compte endormi",
            "Trois ans sans activité, effacement",
        ),
    ):
        actions.register_action(action, label, message)
