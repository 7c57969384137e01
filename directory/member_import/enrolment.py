"""Validation of a spreadsheet's lines, and enrolment of members.

Each line is enrolled in its own transaction, or refused with a French message. Importing a file twice enrols nobody twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from wagtail.log_actions import log

from directory import emails
from directory.member_import.cells import codes_and_names
from directory.member_import.spreadsheet import Line
from directory.membership import admission
from directory.models import JoinRequest, Member, Organisation, Suppression, Territory, User
from home.access import MEMBERS_GROUP
from home.forms.fields import MailAddressField, PlainTextField
from home.french import fold


@dataclass
class Verdict:
    """The result of a line. `refusal` is a message for staff; `member` is set for new and existing members."""

    number: int
    name: str
    refusal: str = ""
    member: Member | None = None
    known: bool = False
    invited: bool = False
    values: dict[str, Any] = field(default_factory=dict)


class Gazetteer:
    """Index of territories by code and name, read once per import."""

    def __init__(self) -> None:
        self.codes: dict[str, list[Territory]] = defaultdict(list)
        self.names: dict[str, list[Territory]] = defaultdict(list)
        for territory in Territory.objects.all():
            self.codes[territory.code].append(territory)
            self.names[fold(territory.name)].append(territory)

    def find(self, asked: str) -> list[Territory]:
        """Return the territories with this code, else those with this name.

        « Somme (80) » says both: nothing is returned if they differ. « Pays des 2 Vallées » is a name as a whole.
        """
        whole = self.codes.get(asked) or self.names.get(fold(asked))
        if whole:
            return whole
        readings = [
            self.codes.get(one) or self.names.get(fold(one)) or [] for one in codes_and_names(asked)
        ]
        found = [territories for territories in readings if territories]
        if not found:
            return []
        return [one for one in found[0] if all(one in others for others in found[1:])]


class LineForm(forms.Form):
    """Validates a line with the rules of the site's other forms."""

    first_name = PlainTextField(label="Prénom", max_length=80)
    last_name = PlainTextField(label="Nom", max_length=80)
    email = MailAddressField()
    organisation = PlainTextField(label="Organisation", max_length=200, required=False)
    role = PlainTextField(label="Fonction", max_length=120, required=False)
    city = PlainTextField(label="Commune", max_length=120, required=False)
    territory = PlainTextField(label="Territoire", max_length=120, required=False)
    phone = PlainTextField(label="Téléphone", max_length=30, required=False)

    def __init__(self, cells: dict[str, str], gazetteer: Gazetteer) -> None:
        super().__init__(cells)
        self.gazetteer = gazetteer

    def clean_territory(self) -> Territory | None:
        """Return the territory. A department has precedence over a town of the same name."""
        asked = self.cleaned_data["territory"]
        if not asked:
            return None
        found = self.gazetteer.find(asked)
        departments = [one for one in found if one.kind == Territory.Kind.DEPARTMENT]
        if len(departments or found) != 1:
            raise ValidationError(f"«\u00a0{asked}\u00a0» n’est pas un territoire connu du site.")
        return (departments or found)[0]

    def sentence(self, line: Line) -> str:
        return " ".join(
            f"{line.place_of(name)}\u00a0: {' '.join(map(str, errors))}"
            for name, errors in self.errors.items()
        )


def judge(lines: Iterable[Line], *, at_once: int = 500) -> Iterator[Verdict]:
    """Yield the verdict of each line without writing. Known addresses are read in batches of `at_once` lines."""
    gazetteer = Gazetteer()
    seen: dict[str, int] = {}
    remaining = iter(lines)
    while slice_of_lines := list(islice(remaining, at_once)):
        verdicts = [read(line, gazetteer, seen) for line in slice_of_lines]
        known = KnownAddresses([one.values["email"] for one in verdicts if not one.refusal])
        for verdict in verdicts:
            if not verdict.refusal:
                known.look_up(verdict)
            yield verdict


class KnownAddresses:
    """Accounts, cards, join requests and suppressions of some addresses."""

    def __init__(self, emails: Sequence[str]) -> None:
        users = User.objects.annotate(folded=Lower("email")).filter(folded__in=emails)
        self.users = {user.folded: user for user in users}
        cards = Member.objects.filter(user__in=self.users.values())
        self.cards = {card.user_id: card for card in cards}
        inside = User.objects.filter(is_active=True, groups__name=MEMBERS_GROUP)
        self.inside = set(inside.filter(pk__in=self.cards).values_list("pk", flat=True))
        asking = JoinRequest.objects.open().annotate(folded=Lower("email"))
        self.asking = set(asking.filter(folded__in=emails).values_list("folded", flat=True))
        self.gone = Suppression.held_among(emails)

    def look_up(self, verdict: Verdict) -> None:
        email = verdict.values["email"]
        user = self.users.get(email)
        if user is not None:
            verdict.member = self.cards.get(user.pk)
            verdict.known = user.pk in self.inside and verdict.member is not None
            if not verdict.known:
                verdict.refusal = "Cette adresse a un compte qui n’est pas membre\u00a0: voyez la liste des membres."
        elif email in self.asking:
            verdict.refusal = "Cette adresse a une demande d’adhésion en cours\u00a0: répondez-y."
        elif email in self.gone:
            verdict.refusal = (
                "Cette personne a quitté le réseau\u00a0: le site ne lui écrit plus. Si elle veut revenir, "
                "elle en fait elle-même la demande."
            )


def enrol_lines(
    lines: Iterable[Line], *, invite: bool, by: User | None = None
) -> Iterator[Verdict]:
    """Yield the verdict of each line and enrol valid ones. With `invite`, write once to those who have never logged in."""
    # Line by line, so that members who joined since the previous line are known.
    for verdict in judge(lines, at_once=1):
        if not verdict.refusal:
            enrol_line(verdict, invite=invite, by=by)
        yield verdict


@transaction.atomic
def enrol_line(verdict: Verdict, *, invite: bool, by: User | None) -> None:
    member = verdict.member or enrol_new(verdict, by)
    verdict.member = member
    if invite and member.user is not None and member.user.last_login is None:
        emails.invited(member, member.user.email)
        verdict.invited = True


def enrol_new(verdict: Verdict, by: User | None) -> Member:
    values = dict(verdict.values)
    name = values.pop("organisation")
    organisation = organisation_named(name, values["territory"])
    member = admission.enrol(organisation=organisation, **values)
    log(instance=member, action=admission.IMPORT, user=by, data={"line": verdict.number})
    return member


def organisation_named(name: str, territory: Territory | None) -> Organisation | None:
    if not name:
        return None
    found = Organisation.objects.filter(name__iexact=name).first()
    return found or Organisation.objects.create(
        name=name, kind=Organisation.Kind.OTHER, territory=territory
    )


def read(line: Line, gazetteer: Gazetteer, seen: dict[str, int]) -> Verdict:
    """Validate a line by itself and against the previous ones. `seen` maps addresses to line numbers, and is updated."""
    form = LineForm(line.cells, gazetteer)
    name = " ".join(line.cells.get(part, "") for part in ("first_name", "last_name")).strip()
    verdict = Verdict(line.number, name)
    if line.refusal:
        verdict.refusal = line.refusal
    elif not form.is_valid():
        verdict.refusal = form.sentence(line)
    elif (email := form.cleaned_data["email"]) in seen:
        verdict.refusal = f"Même adresse que la ligne {seen[email]}."
    else:
        seen[email] = line.number
        verdict.values = form.cleaned_data
    return verdict
