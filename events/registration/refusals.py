"""Refusals of a registration: exceptions whose text is shown to people, in French."""

from collections.abc import Sequence

from events.agenda.availability import Availability
from events.models import Registration, Session


class Refusal(Exception):
    """Registration is not possible; `str()` gives the reason as a sentence."""

    sentence = "Les inscriptions ne sont pas ouvertes."

    def __str__(self) -> str:
        return self.sentence


class EventCancelled(Refusal):
    sentence = "Cet événement est annulé : les inscriptions sont fermées."


class EventPostponed(Refusal):
    sentence = "Cet événement est reporté : les inscriptions rouvriront avec la nouvelle date."


class EventUndated(Refusal):
    sentence = "La date n’est pas encore annoncée : les inscriptions ne sont pas ouvertes."


class AlreadyPresent(Refusal):
    sentence = (
        "Votre présence est notée\u00a0: votre place ne se rend plus ici. "
        "Dites-le à l’accueil de l’événement."
    )


class PresenceNoted(Refusal):
    """For staff: the person was checked in."""

    sentence = (
        "Cette personne a été pointée : sa place garde la trace de sa présence. "
        "Annulez d’abord son pointage, à l’écran d’accueil de l’événement."
    )


class EventOver(Refusal):
    sentence = "Cet événement est passé."


class NotOpenYet(Refusal):
    sentence = "Les inscriptions ne sont pas encore ouvertes."


class RegistrationClosed(Refusal):
    sentence = "Les inscriptions sont closes."


class EventFull(Refusal):
    sentence = "Il n’y a plus de place."


class SessionsFull(EventFull):
    def __init__(self, sessions: Sequence[Session]) -> None:
        super().__init__()
        self.sessions = sessions

    def __str__(self) -> str:
        titles = ", ".join(f"« {session} »" for session in self.sessions)
        return f"Il n’y a plus de place pour {titles} : modifiez votre choix."


class MembersOnly(Refusal):
    sentence = (
        "Cette inscription est réservée aux membres du réseau : connectez-vous pour la terminer."
    )


class NotAMember(MembersOnly):
    """Refuses a person who is logged in: another log-in would not help."""

    sentence = (
        "Cette inscription est réservée aux membres du réseau, et votre compte n’est pas celui d’un membre. Rien n’est "
        "enregistré."
    )


class ProgrammeChanged(Refusal):
    sentence = (
        "Le programme a changé pendant que vous remplissiez le formulaire : vérifiez vos choix."
    )


REFUSALS: dict[Availability, type[Refusal]] = {
    Availability.CANCELLED: EventCancelled,
    Availability.POSTPONED: EventPostponed,
    Availability.UNDATED: EventUndated,
    Availability.PAST: EventOver,
    Availability.NONE: Refusal,
    Availability.OUTSIDE: Refusal,
    Availability.NOT_YET: NotOpenYet,
    Availability.CLOSED: RegistrationClosed,
    Availability.FULL: EventFull,
    Availability.MEMBERS_ONLY: MembersOnly,
}


class AlreadyCancelled(Refusal):
    sentence = "Cette inscription est annulée."


class ChangesClosed(Refusal):
    sentence = (
        "La date limite est passée : les réponses ne changent plus. "
        "Vous pouvez encore annuler votre inscription."
    )


class NoChange(Refusal):
    sentence = "L’événement n’est pas confirmé : vous pouvez seulement annuler votre inscription."


class Begun(Refusal):
    sentence = "L’événement a commencé : les réponses ne changent plus."


class AddressTaken(Refusal):
    sentence = (
        "Cette adresse a déjà une inscription à ce nom pour cet événement\u00a0: rien n’a changé."
    )


class NameTaken(Refusal):
    """The new name has a registration of its own at the same address: `known`."""

    sentence = AddressTaken.sentence

    def __init__(self, known: Registration) -> None:
        super().__init__()
        self.known = known


class AlreadyRegistered(Refusal):
    sentence = (
        "Cette personne est déjà inscrite à cet événement avec cette adresse\u00a0: "
        "modifiez son inscription, ou distinguez les noms."
    )


class AlreadyRegisteredWithoutAddress(Refusal):
    sentence = (
        "Quelqu’un de ce nom est déjà inscrit à cet événement sans adresse\u00a0: "
        "donnez une adresse, ou distinguez les noms."
    )


class NotCancelled(Refusal):
    sentence = (
        "Cette inscription n’est pas annulée, ou ses données sont effacées\u00a0: rien n’a changé."
    )


class NoLongerActive(Refusal):
    sentence = "Cette inscription est annulée\u00a0: elle ne se modifie plus."


class ChangedMeanwhile(Refusal):
    """The registration changed after the form was opened. `current` is the stored one."""

    def __init__(self, current: Registration) -> None:
        super().__init__()
        self.current = current

    def __str__(self) -> str:
        last = self.current.log.select_related("by").last()
        who = str(last.by) if last and last.by else "Quelqu’un"
        return (
            f"{who} a modifié cette inscription pendant que vous la lisiez. Rien n’est enregistré\u00a0: vos réponses sont "
            "encore dans le formulaire, ce qui est enregistré est rappelé ci-dessous. Enregistrez de nouveau pour garder les vôtres."
        )
