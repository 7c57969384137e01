"""The back office of the network: members, organisations, territories, requests to join, invitations."""

from typing import Any

from wagtail_modeladmin.options import ModelAdminGroup

from directory import membership
from directory.admin.cards import MemberAdmin, OrganisationAdmin, TerritoryAdmin
from directory.admin.invitations import InvitationAdmin, InvitationDownloadAdmin
from directory.admin.joining import JoinRequestAdmin
from directory.admin.messages import MessageToReviewAdmin, ReportedMessageAdmin
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
        (membership.ADMIT, "Admettre", "Admise dans le réseau"),
        (membership.REFUSE, "Refuser", "Demande refusée"),
        (membership.SUSPEND, "Suspendre", "Sortie du groupe des membres"),
        (membership.REINSTATE, "Réintégrer", "Remise dans le groupe des membres"),
        (membership.LEAVE, "Quitter", "A quitté le réseau"),
        (membership.COME_BACK, "Revenir", "Est revenu·e dans le réseau"),
        (messaging.HANDLE, "Traiter un signalement", "Message signalé, traité"),
        (messaging.PASS, "Envoyer un message relu", "Premier message relu, envoyé"),
        (messaging.HOLD_BACK, "Refuser un message relu", "Premier message relu, refusé"),
        (membership.IMPORT, "Importer", "Ajoutée depuis un fichier"),
        (
            membership.FALL_ASLEEP,
            "Effacer un compte endormi",
            "Trois ans sans activité, effacement",
        ),
    ):
        actions.register_action(action, label, message)
