"""Public names of the models of events."""

from events.models.agenda import EventIndexPage
from events.models.answer_file import AnswerFile
from events.models.certificate import Certificate
from events.models.change import EventChange
from events.models.check_in import CheckIn
from events.models.door import Door
from events.models.event import EventAttachment, EventPage
from events.models.message import GroupMessage
from events.models.question import Question
from events.models.recap import RecapPage
from events.models.registration import Registration, RegistrationLogEntry, Seat
from events.models.session import Session
from events.models.sheet import CatererNotice, SheetPhoto, SignInSheet
from events.models.subscription import CalendarSubscription
from events.models.thanks import Feedback, Testimony, Thanks

__all__ = [
    "AnswerFile",
    "CalendarSubscription",
    "CatererNotice",
    "Certificate",
    "CheckIn",
    "Door",
    "EventAttachment",
    "EventChange",
    "EventIndexPage",
    "EventPage",
    "Feedback",
    "GroupMessage",
    "Question",
    "RecapPage",
    "Registration",
    "RegistrationLogEntry",
    "Seat",
    "Session",
    "SheetPhoto",
    "SignInSheet",
    "Testimony",
    "Thanks",
]
