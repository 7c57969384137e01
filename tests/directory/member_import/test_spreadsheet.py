import zipfile
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from directory.member_import.enrolment import judge
from directory.member_import.spreadsheet import MAX_LINES, UnreadableFile, read_lines
from directory.models import JoinRequest, Member, Organisation, User
from home.access import is_member
from tests.builders import make_home, make_member, make_territory

pytestmark = pytest.mark.django_db

HEADINGS = ["Prénom", "Nom", "E-mail", "Structure", "Fonction", "Territoire", "Téléphone", "Notes"]
AWA = ["Awa", "N’Diaye", "Awa@Example.org", "La Halle", "Élue", "Somme", "+33 3 22 00 00 00", "x"]


@pytest.fixture(autouse=True)
def site():
    make_home()
    make_territory("Somme", code="80")


def csv_file(*rows, delimiter=";", encoding="utf-8-sig"):
    return "\r\n".join(delimiter.join(row) for row in (HEADINGS, *rows)).encode(encoding)


def xlsx_file(*rows):
    book = Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def refusals(lines):
    return {verdict.number: verdict.refusal for verdict in judge(lines) if verdict.refusal}


@pytest.fixture
def run(tmp_path, capsys):
    def run(name, content, **options):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            call_command("import_members", str(path), **options)
        except CommandError as error:
            return capsys.readouterr(), str(error)
        return capsys.readouterr(), ""

    return run


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("membres.xlsx", xlsx_file(AWA)),
        ("membres.csv", csv_file(AWA)),
        ("membres.csv", csv_file(AWA, delimiter="\t")),
        ("membres.csv", csv_file(AWA, delimiter=",", encoding="cp1252")),
    ],
)
def test_a_line_becomes_a_member_with_account_and_card(run, name, content, outbox):
    said, failure = run(name, content)

    member = Member.objects.get()
    assert (member.name, member.role, member.organisation.name) == (
        "Awa N’Diaye",
        "Élue",
        "La Halle",
    )
    assert (member.territory.code, member.phone) == ("80", "+33 3 22 00 00 00")
    assert member.user.email == "awa@example.org"
    assert is_member(member.user)
    assert not member.user.has_usable_password()
    assert said.out.splitlines() == ["ligne 2, Awa N’Diaye\u00a0: ajoutée", "ajoutée\u00a0: 1"]
    assert (failure, outbox()) == ("", [])


def test_a_dry_run_reports_each_line_and_writes_nothing(run):
    """members 51: a report of the dry run before anything is written."""
    bad = ["", "Sans prénom", "pas une adresse", "", "", "", "", ""]

    said, failure = run("membres.csv", csv_file(AWA, bad), dry_run=True)

    assert said.out.splitlines()[0] == "ligne 2, Awa N’Diaye\u00a0: serait ajoutée"
    assert said.err.startswith(
        "ligne 3, Sans prénom\u00a0: refusée. Ligne 3, colonne Prénom\u00a0: "
    )
    assert failure == "1 refused"
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


def test_invalid_lines_are_refused_by_number_and_the_others_are_enrolled(run):
    JoinRequest.objects.create(
        first_name="C", last_name="D", email="candidate@example.org", charter_version="1"
    )
    former = make_member(email="ancienne@example.org")
    former.user.groups.clear()

    def line(email, territory=""):
        return ["Zoé", "Exemple", email, "", "", territory, "", ""]

    lines = read_lines(
        "membres.csv",
        csv_file(
            AWA,
            line("awa@example.org"),
            [],
            line("candidate@example.org"),
            line("ancienne@example.org"),
            line("zoe@example.org", "Atlantide"),
            ["Chlo\ufffd", "X", "y@example.org", "", "", "", "", ""],
        ),
    )

    assert refusals(lines) == {
        3: "Même adresse que la ligne 2.",
        5: "Cette adresse a une demande d’adhésion en cours\u00a0: répondez-y.",
        6: "Cette adresse a un compte qui n’est pas membre\u00a0: voyez la liste des membres.",
        7: "Ligne 7, colonne Territoire\u00a0: «\u00a0Atlantide\u00a0» n’est pas un territoire connu du site.",
        8: "Ligne 8, colonne Prénom\u00a0: des lettres sont perdues («\u00a0Chlo\ufffd\u00a0»)\u00a0: écrivez-les de nouveau.",
    }


def test_a_second_run_enrols_nobody_twice_and_invites_each_once(run, outbox):
    run("membres.csv", csv_file(AWA))

    first, _ = run("membres.csv", csv_file(AWA), invite=True)
    run("membres.csv", csv_file(AWA), invite=True)

    assert first.out.splitlines()[0] == "ligne 2, Awa N’Diaye\u00a0: déjà membre, invitée"
    assert Member.objects.count() == 1
    [message] = outbox()
    assert (message.recipient, message.kind) == ("awa@example.org", "bienvenue")
    assert "awa@example.org" in message.text


def test_someone_who_has_logged_in_is_not_invited(run, outbox, client):
    run("membres.csv", csv_file(AWA))
    client.force_login(User.objects.get())

    run("membres.csv", csv_file(AWA), invite=True)

    assert outbox() == []


def test_two_lines_with_the_same_organisation_create_it_once(run):
    run("membres.csv", csv_file(AWA, ["Zoé", "B", "zoe@example.org", "la halle", "", "", "", ""]))

    assert [organisation.name for organisation in Organisation.objects.all()] == ["La Halle"]


def test_formulas_are_refused(run):
    """members 51, A25."""
    formula = ["=1+1", "Nom", "b@example.org", "", "", "", "", ""]

    for name, content in (("a.xlsx", xlsx_file(formula)), ("a.csv", csv_file(formula))):
        assert refusals(read_lines(name, content)) == {
            2: "Ligne 2, colonne Prénom\u00a0: c’est une formule sans valeur enregistrée\u00a0: remplacez-la par sa valeur."
        }


def bomb():
    packed = BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _megabyte in range(70):
            sheet.write(b"0" * 1024 * 1024)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", bomb(), "trop lourd une fois ouvert"),
        ("a.xlsx", b"PK\x03\x04 rien", "classeur XLSX lisible"),
        ("a.xlsx", b"<html>", "page web"),
        ("a.csv", b"\x00\x01", "ni un CSV ni un XLSX"),
        ("a.csv", b"x" * 6_000_000, "trop lourd"),
        ("a.csv", b"", "vide"),
        ("a.csv", "Prénom;Nom\nA;B".encode(), "Il manque une colonne\u00a0: Adresse e-mail"),
        ("a.csv", csv_file(*([["A"]] * (MAX_LINES + 1))), "plus de 5000 lignes"),
    ],
    ids=["bomb", "broken", "markup", "binary", "heavy", "empty", "columns", "endless"],
)
def test_an_invalid_file_is_refused_as_a_whole(name, content, words):
    """members 51, A32."""
    with pytest.raises(UnreadableFile, match=words):
        read_lines(name, content)


def test_a_decompression_bomb_is_not_unpacked(monkeypatch):
    """A32: only the archive's directory is read."""
    content, opened = bomb(), []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *words: opened.append(words))

    with pytest.raises(UnreadableFile, match="trop lourd une fois ouvert"):
        read_lines("a.xlsx", content)

    assert opened == []


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b"<!DOCTYPE x [%s]>" % b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)


def rewritten(part, change):
    """Return a valid file with one of its parts replaced."""
    packed = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(xlsx_file(AWA))) as good,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for entry in good.infolist():
            content = good.read(entry)
            archive.writestr(entry.filename, change(content) if entry.filename == part else content)
    return packed.getvalue()


def lying(content):
    """Return a file whose directory declares a smaller size than the real one."""
    name = SHEET.encode()
    at = content.rindex(name) - 22  # the size precedes the name in the central directory
    return content[:at] + (100).to_bytes(4, "little") + content[at + 4 :]


@pytest.mark.parametrize(
    "content",
    [
        lying(xlsx_file(AWA, *([AWA] * 3000))),
        rewritten(SHEET, lambda sheet: LAUGHS + sheet.replace(b"Awa", b"&a9;")),
        rewritten(SHEET, lambda sheet: sheet[:-9]),
        rewritten("xl/workbook.xml", lambda book: b"\0"),
    ],
    ids=["lying", "laughs", "cut", "empty"],
)
def test_a_damaged_file_or_a_wrong_declared_size_is_refused_with_a_message(content):
    """A32: unpacking stops at the declared size, and XML entities are not resolved."""
    with pytest.raises(UnreadableFile, match="classeur XLSX lisible"):
        read_lines("a.xlsx", content)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.csv"):
        call_command("import_members", str(tmp_path / "absent.csv"))


@pytest.mark.parametrize("number", [1, 400])
def test_a_report_takes_as_many_queries_for_one_line_as_for_many(number, django_assert_num_queries):
    lines = read_lines(
        "m.csv", csv_file(*([*AWA[:2], f"p{one}@example.org", *AWA[3:]] for one in range(number)))
    )

    make_member(email="p0@example.org")

    with django_assert_num_queries(6):
        told = list(judge(lines))

    assert [verdict.known for verdict in told] == [True] + [False] * (number - 1)
