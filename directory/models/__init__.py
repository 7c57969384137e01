"""Models of the directory app."""

from directory.models.accounts import User
from directory.models.agreements import Agreement
from directory.models.cards import Card, Member, Organisation
from directory.models.departures import Departure, Suppression
from directory.models.imports import MemberImport
from directory.models.invitation import Bookmark, Invitation, InvitationDownload
from directory.models.membership import ColleagueInvitation, JoinRequest
from directory.models.messages import ContactBlock, ContactMessage, MessageToReview
from directory.models.openings import CardOpenings
from directory.models.pages import DirectoryPage, InvitationsPage, JoinPage, MembersPage
from directory.models.territories import Territory

__all__ = [
    "Agreement",
    "Bookmark",
    "Card",
    "CardOpenings",
    "ColleagueInvitation",
    "ContactBlock",
    "ContactMessage",
    "Departure",
    "DirectoryPage",
    "Invitation",
    "InvitationDownload",
    "InvitationsPage",
    "JoinPage",
    "JoinRequest",
    "Member",
    "MemberImport",
    "MembersPage",
    "MessageToReview",
    "Organisation",
    "Suppression",
    "Territory",
    "User",
]
