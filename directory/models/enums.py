"""Choices of the directory's models, importable by both models and querysets."""

from django.db.models import TextChoices


class OrganisationKind(TextChoices):
    LOCAL_AUTHORITY = "collectivite", "Collectivité"
    ASSOCIATION = "association", "Association"
    COLLECTIVE = "collectif", "Collectif citoyen"
    THIRD_PLACE = "tiers_lieu", "Tiers-lieu"
    COMPANY = "entreprise", "Entreprise ou coopérative"
    RESEARCH = "recherche", "Recherche et formation"
    INSTITUTION = "etablissement", "Établissement public"
    OTHER = "autre", "Autre"


class TerritoryKind(TextChoices):
    DEPARTMENT = "department", "département"
    EPCI = "epci", "intercommunalité"
    COMMUNE = "commune", "commune"


class InvitationAudience(TextChoices):
    MEMBERS = "members", "tous les membres"
    AMBASSADORS = "ambassadors", "ambassadrices et ambassadeurs"


class MessageReview(TextChoices):
    NONE = "", "non relu"
    WAITING = "waiting", "à relire"
    PASSED = "passed", "relu, parti"
    REFUSED = "refused", "relu, refusé"


class JoinRequestState(TextChoices):
    SENT = "sent", "à confirmer par la personne"
    CONFIRMED = "confirmed", "à examiner"
    ADMITTED = "admitted", "admise"
    REFUSED = "refused", "refusée"
