"""Members that a network has already, from a spreadsheet: read with care, told line by line, enrolled one by one.

A line is enrolled whole, in a transaction of its own, or refused with its number and a French sentence. Reading the
same file twice enrols nobody twice.
"""

import csv
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from openpyxl import load_workbook
from wagtail.log_actions import log

from directory import emails
from directory.membership import admission
from directory.models import JoinRequest, Member, Organisation, Suppression, Territory, User
from home.access import MEMBERS_GROUP
from home.forms.fields import MailAddressField, PlainTextField
from home.french import fold

MAX_BYTES = 5 * 1024 * 1024
#: What an XLSX may weigh once unpacked, told by its own table of contents: a bomb is not even opened.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_LINES = 5_000
MAX_COLUMNS = 60
FORMULA_STARTS = ("=", "@", "\t", "\r")

#: The headings that are understood, folded, and the field that each one fills.
COLUMNS = {
    "prenom": "first_name",
    "nom": "last_name",
    "nom de famille": "last_name",
    "adresse e mail": "email",
    "e mail": "email",
    "email": "email",
    "mail": "email",
    "courriel": "email",
    "organisation": "organisation",
    "structure": "organisation",
    "fonction": "role",
    "commune": "city",
    "territoire": "territory",
    "departement": "territory",
    "telephone": "phone",
}
NEEDED = {"first_name": "Prénom", "last_name": "Nom", "email": "Adresse e-mail"}


class UnreadableFile(Exception):
    """The file as a whole is refused; the sentence is shown to staff."""


@dataclass(frozen=True)
class Line:
    """A line of the file, by its number in the spreadsheet program."""

    number: int
    cells: dict[str, str]
    formula: bool = False


@dataclass
class Verdict:
    """What becomes of a line. `refusal` is a sentence; `member` is there when someone is, or was already, enrolled."""

    number: int
    name: str
    refusal: str = ""
    member: Member | None = None
    known: bool = False
    invited: bool = False
    values: dict[str, Any] = field(default_factory=dict)


class Gazetteer:
    """The territories as a spreadsheet names them, read once for all its lines."""

    def __init__(self) -> None:
        self.codes: dict[str, list[Territory]] = defaultdict(list)
        self.names: dict[str, list[Territory]] = defaultdict(list)
        for territory in Territory.objects.all():
            self.codes[territory.code].append(territory)
            self.names[fold(territory.name)].append(territory)

    def find(self, asked: str) -> list[Territory]:
        """By the code, else by the name."""
        return self.codes.get(asked) or self.names.get(fold(asked)) or []


class LineForm(forms.Form):
    """What a line must hold, with the rules of the other forms."""

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
        """A department wins over a town of the same name."""
        asked = self.cleaned_data["territory"]
        if not asked:
            return None
        found = self.gazetteer.find(asked)
        departments = [one for one in found if one.kind == Territory.Kind.DEPARTMENT]
        if len(departments or found) != 1:
            raise ValidationError(f"«\u00a0{asked}\u00a0» n’est pas un territoire connu du site.")
        return (departments or found)[0]

    def sentence(self) -> str:
        return " ".join(
            f"{self.fields[name].label}\u00a0: {' '.join(map(str, errors))}"
            for name, errors in self.errors.items()
        )


# Reading


def read_lines(name: str, content: bytes) -> list[Line]:
    """The lines under the headings, empty ones apart. Raises UnreadableFile."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile("Ce fichier est trop lourd\u00a0: 5\u00a0Mo au plus.")
    rows = xlsx_rows(content) if name.lower().endswith(".xlsx") else csv_rows(content)
    numbered = enumerate(limited(rows), start=1)
    columns: list[str] = []
    lines = []
    for number, (cells, formula) in numbered:
        if not any(cells):
            continue
        if not columns:
            columns = columns_of(cells)
        else:
            named = zip(columns, cells, strict=False)
            lines.append(Line(number, {c: text for c, text in named if c}, formula))
    if not columns:
        raise UnreadableFile("Ce fichier est vide.")
    return lines


def limited(rows: Iterable[Any]) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number > MAX_LINES:
            raise UnreadableFile(f"Ce fichier a plus de {MAX_LINES} lignes\u00a0: coupez-le.")
        yield row


def columns_of(headings: list[str]) -> list[str]:
    """The field of each column, empty for one that is not understood. Raises UnreadableFile when one is missing."""
    columns = [COLUMNS.get(fold(heading), "") for heading in headings]
    missing = [label for name, label in NEEDED.items() if name not in columns]
    if missing:
        raise UnreadableFile(
            f"Il manque une colonne\u00a0: {', '.join(missing)}. La première ligne porte les noms des colonnes."
        )
    return columns


def xlsx_rows(content: bytes) -> Iterator[tuple[list[str], bool]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableFile("Ce fichier est trop lourd une fois ouvert.")
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            yield [text_of(cell.value) for cell in row], any(c.data_type == "f" for c in row)
    except UnreadableFile:
        raise
    except Exception as error:  # archive, compression and XML each have errors of their own
        raise UnreadableFile("Ce fichier n’est pas un classeur XLSX lisible.") from error


def csv_rows(content: bytes) -> Iterator[tuple[list[str], bool]]:
    """UTF-8, or what French spreadsheet programs wrote for long; `;`, tabulation or comma, whichever heads the file."""
    if b"\0" in content:
        raise UnreadableFile("Ce fichier n’est ni un CSV ni un XLSX.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    headings = text.partition("\n")[0]
    delimiter = max(";\t,", key=headings.count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
            yield cells, any(cell.startswith(FORMULA_STARTS) for cell in row)
    except csv.Error as error:
        raise UnreadableFile("Ce fichier n’est pas un CSV lisible.") from error


def text_of(value: Any) -> str:
    """A number that stands for a code keeps no decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


# Judging


def judge(lines: Iterable[Line], *, at_once: int = 500) -> Iterator[Verdict]:
    """What would become of each line, nothing written. What the site knows is read for `at_once` lines together."""
    gazetteer = Gazetteer()
    seen: dict[str, int] = {}
    remaining = iter(lines)
    while slice_of_lines := list(islice(remaining, at_once)):
        verdicts = [read(line, gazetteer, seen) for line in slice_of_lines]
        known = Known([one.values["email"] for one in verdicts if not one.refusal])
        for verdict in verdicts:
            if not verdict.refusal:
                known.look_up(verdict)
            yield verdict


def read(line: Line, gazetteer: Gazetteer, seen: dict[str, int]) -> Verdict:
    """What the line alone says, and the lines before it: `seen` has the number of each address, and gets this one."""
    form = LineForm(line.cells, gazetteer)
    name = " ".join(line.cells.get(part, "") for part in ("first_name", "last_name")).strip()
    verdict = Verdict(line.number, name)
    if line.formula:
        verdict.refusal = "Une cellule contient une formule\u00a0: remplacez-la par sa valeur."
    elif not form.is_valid():
        verdict.refusal = form.sentence()
    elif (email := form.cleaned_data["email"]) in seen:
        verdict.refusal = f"Même adresse que la ligne {seen[email]}."
    else:
        seen[email] = line.number
        verdict.values = form.cleaned_data
    return verdict


class Known:
    """What the site knows already of some addresses."""

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


# Writing


def enrol_lines(
    lines: Iterable[Line], *, invite: bool, by: User | None = None
) -> Iterator[Verdict]:
    """Judge each line and enrol those that are good; with `invite`, a message leaves to each, once."""
    # One after the other: who came in since the line before is known.
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
