"""Choices of the models of events, in a module that both models and querysets can import."""

from django.db.models import TextChoices


class EventMode(TextChoices):
    ONSITE = "onsite", "sur place"
    ONLINE = "online", "en ligne"
    HYBRID = "hybrid", "sur place et en ligne"


class EventStatus(TextChoices):
    PLANNED = "planned", "prévu"
    POSTPONED = "postponed", "reporté, nouvelle date à venir"
    CANCELLED = "cancelled", "annulé"


class EventAudience(TextChoices):
    ALL = "all", "ouverte à tous"
    MEMBERS = "members", "réservée aux membres du réseau"


class FormLocation(TextChoices):
    SITE = "site", "formulaire de cette page"
    OUTSIDE = "outside", "formulaire d’un autre site"
    NONE = "none", "pas d’inscription"


class AnswerRetention(TextChoices):
    SHORT = "short", "quelques jours (régime alimentaire, accessibilité)"
    NORMAL = "normal", "le temps du bilan"
    IDENTITY = "identity", "aussi longtemps que le nom"


class ReportSubject(TextChoices):
    """The subject of a question marked « pour le bilan », which is asked for people without a member's card."""

    NONE = "", "non"
    KIND = "who_comes", "oui\u00a0: qui vient (élu·e, agent·e, association, habitant·e…)"
    TERRITORY = "from_where", "oui\u00a0: de quel territoire"


class QuestionPurpose(TextChoices):
    """A use that the site makes of the answers to a question."""

    NONE = "", "aucun en particulier"
    MEAL = "meal", "repas\u00a0: les nombres partent au traiteur"
    NEED = "need", "besoin à partager\u00a0: des tables sont formées"


class RegistrationState(TextChoices):
    ACTIVE = "active", "inscrit·e"
    CANCELLED = "cancelled", "annulée"
    CANCELLED_BY_ORGANISER = "organiser", "annulée par l’organisateur"


class SeatState(TextChoices):
    CONFIRMED = "confirmed", "confirmée"
    WAITING = "waiting", "en attente"


class SeatArrival(TextChoices):
    """How a seat came to be confirmed because its person was there, so that undoing the check-in puts it back."""

    ORDINARY = "", "inscription"
    WAITED = "waited", "sur liste d’attente jusqu’à son arrivée"
    UNEXPECTED = "unexpected", "session non demandée"


class CheckInKind(TextChoices):
    PRESENT = "present", "présence"
    UNDONE = "undone", "présence annulée"


class CheckInSource(TextChoices):
    DOOR = "door", "accueil"
    SHEET = "sheet", "feuille d’émargement"
    LIST = "list", "liste des inscriptions"


class RegistrationAction(TextChoices):
    REGISTERED = "registered", "inscription"
    ADDED = "added", "ajout par l’équipe"
    CHANGED = "changed", "modification"
    CANCELLED = "cancelled", "annulation"
    REINSTATED = "reinstated", "inscription reprise"
    EVENT_CANCELLED = "event_cancelled", "annulation par l’organisateur"
    PROMOTED = "promoted", "place donnée depuis la liste d’attente"
    READDRESSED = "readdressed", "adresse corrigée"
    ERASED = "erased", "données effacées"
    CERTIFIED_AGAIN = "certified_again", "attestation refaite"
    CERTIFICATE_REVOKED = "revoked", "attestation révoquée"


class MessageAudience(TextChoices):
    CONFIRMED = "confirmed", "les personnes qui ont une place"
    WAITING = "waiting", "les personnes en liste d’attente"
    ACTIVE = "active", "toutes les personnes inscrites ou en attente"
    CANCELLED = "cancelled", "les personnes dont l’inscription est annulée"


class ChangeState(TextChoices):
    PROPOSED = "proposed", "à décider"
    SENDING = "sending", "en cours d’envoi"
    SENT = "sent", "annoncé"
    DISMISSED = "dismissed", "non annoncé"


class Naming(TextChoices):
    """How somebody who is quoted is named."""

    FULL = "full", "mon nom et ma fonction"
    ROLE = "role", "ma fonction seulement"
    ANONYMOUS = "anonymous", "sans nom ni fonction"


class ReadyQuestion(TextChoices):
    """Questions to those who came. Editors choose three of the first five; the last is asked two months later."""

    USEFUL = "utile", "Cette rencontre vous a-t-elle été utile\u202f?"
    IDEA = "idee", "En rapportez-vous une idée à reprendre chez vous\u202f?"
    AGAIN = "revenir", "Viendriez-vous à une prochaine rencontre\u202f?"
    VOICE = "parole", "Avez-vous pu dire ce que vous vouliez dire\u202f?"
    WELCOME = "accueil", "L’accueil et l’organisation vous ont-ils convenu\u202f?"
    AFTER = "apres", "Qu’avez-vous fait de cette rencontre\u202f?"

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """Pairs of key and words, in the order in which they are shown."""
        if self is ReadyQuestion.AFTER:
            return (
                ("rien", "Rien pour l’instant"),
                ("idee", "Une idée reprise"),
                ("projet", "Un projet lancé"),
                ("contact", "Un contact gardé"),
            )
        return (("oui", "Oui"), ("en-partie", "En partie"), ("non", "Non"))


#: Those that editors choose from, and how many they choose.
FIRST_QUESTIONS = [one for one in ReadyQuestion if one is not ReadyQuestion.AFTER]
ASKED_AT_ONCE = 3
