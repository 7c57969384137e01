"""Imports of members in the back office: upload, report, confirmation, and deletion of the file."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from directory.departures.retention import forget_imports
from directory.member_import import jobs
from directory.member_import.spreadsheet import MAX_LINES
from directory.membership import admission
from directory.models import Member, MemberImport, User
from home.files import private_storage
from tests.builders import NOW, make_member, make_members_page
from tests.directory.member_import.test_spreadsheet import AWA, HEADINGS, csv_file, xlsx_file

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

BRING = "/admin/membres/importer/"
ZOE = ["Zoé", "Lit", "zoe@example.org", "", "", "", "", ""]
BAD = ["Sans", "Adresse", "pas-une-adresse", "", "", "", "", ""]
KNOWN = ["Déjà", "Là", "deja@example.org", "", "", "", "", ""]


@pytest.fixture(autouse=True)
def section():
    return make_members_page()


def staff(*codenames):
    user = User.objects.create_user(f"{len(codenames)}@example.org")
    user.user_permissions.add(*Permission.objects.filter(codename__in=("access_admin", *codenames)))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def animator():
    return staff("add_memberimport", "view_member")


def bring(client, content, name="membres.csv"):
    return client.post(BRING, {"file": SimpleUploadedFile(name, content)})


def without_territory(row):
    return [*row[:5], "", *row[6:]]


def test_nothing_is_written_before_the_report_is_confirmed(
    animator, outbox, django_capture_on_commit_callbacks
):
    """members 51: a report of each line with its number and reason, before anything is written."""
    make_member(email="deja@example.org", first_name="Déjà", last_name="Là")
    people = Member.objects.count()

    answer = bring(animator, csv_file(without_territory(AWA), BAD, KNOWN, ZOE))
    shown = animator.get(answer["Location"])

    report = shown.content.decode()
    assert Member.objects.count() == people
    assert [(one.number, one.name) for one in shown.context["newcomers"]] == [
        (2, "Awa N’Diaye"),
        (5, "Zoé Lit"),
    ]
    assert [one.number for one in shown.context["refused"]] == [3]
    assert [one.number for one in shown.context["known"]] == [4]
    assert "Importer 2\u00a0personnes" in report
    name = MemberImport.objects.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        done = animator.post(
            answer["Location"], {"importer": "1", "seen": shown.context["seen"]}, follow=True
        )

    assert "2\u00a0personnes ajoutées" in done.content.decode()
    assert Member.objects.count() == people + 2
    assert outbox() == []
    row = MemberImport.objects.get()
    assert (row.file.name, row.added, row.refused) == ("", 2, 1)
    assert not private_storage().exists(name)
    assert ModelLogEntry.objects.filter(action=admission.IMPORT, user=row.brought_by).count() == 2


def test_each_new_member_is_invited_if_the_checkbox_is_ticked(animator, outbox):
    place = bring(animator, xlsx_file(ZOE), "membres.xlsx")["Location"]
    seen = animator.get(place).context["seen"]

    for _twice in range(2):
        animator.post(place, {"importer": "1", "inviter": "1", "seen": seen})

    assert [row.recipient for row in outbox()] == ["zoe@example.org"]


def test_the_report_is_shown_again_if_verdicts_have_changed(animator):
    place = bring(animator, csv_file(ZOE))["Location"]
    seen = animator.get(place).context["seen"]
    make_member(email="zoe@example.org")
    people = Member.objects.count()

    answer = animator.post(place, {"importer": "1", "seen": seen})

    assert "Le site a changé depuis votre lecture" in answer.content.decode()
    assert answer.context["newcomers"] == []
    assert Member.objects.count() == people


def test_a_discarded_file_is_deleted(animator, django_capture_on_commit_callbacks):
    place = bring(animator, csv_file(ZOE))["Location"]
    name = MemberImport.objects.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        animator.post(place, {"abandonner": "1"})

    assert not MemberImport.objects.exists()
    assert not private_storage().exists(name)


def bomb():
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))
    return output.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("bombe.xlsx", bomb(), "trop lourd une fois ouvert"),
        ("long.csv", csv_file(*[ZOE] * 100_000)[: 4 * 1024 * 1024], f"plus de {MAX_LINES} lignes"),
        ("lourd.csv", b"a" * (5 * 1024 * 1024 + 1), "5\u00a0Mo au plus"),
        ("image.xlsx", b"\x89PNG", "n’est pas un classeur XLSX lisible"),
        ("vide.csv", b"", "vide"),
        ("sans-colonne.csv", b"Nom;Ville\r\nA;B", "Il manque une colonne"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_message(animator, name, content, sentence):
    """members 51, A32."""
    answer = bring(animator, content, name)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not MemberImport.objects.exists()


def test_importing_requires_its_permission(animator):
    place = bring(animator, csv_file(ZOE))["Location"]
    seen = animator.get(place).context["seen"]
    other = staff("view_member", "change_member", "export_member")

    gets = [other.get(address).status_code for address in (BRING, f"{BRING}modele/", place)]
    other.post(place, {"importer": "1", "seen": seen})
    bring(other, csv_file(ZOE))

    assert gets == [302] * 3  # Wagtail redirects to the home page with its message
    assert MemberImport.objects.count() == 1
    assert not Member.objects.exists()
    assert "Importer des membres" not in other.get("/admin/directory/member/").content.decode()
    assert "Importer des membres" in animator.get("/admin/directory/member/").content.decode()


def test_reading_a_report_changes_nothing(animator):
    place = bring(animator, csv_file(ZOE))["Location"]

    animator.get(f"{place}?importer=1&seen=x&abandonner=1")

    assert MemberImport.objects.get().confirmed_at is None
    assert not Member.objects.exists()


def test_the_template_spreadsheet_has_the_known_headings(animator):
    answer = animator.get(f"{BRING}modele/")

    [row] = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert row[:3] == ("Prénom", "Nom", "Adresse e-mail")
    book = answer.content
    assert "Ce fichier est vide" not in bring(animator, book, "modele.xlsx").content.decode()
    assert len(row) == len(HEADINGS)


def test_a_file_that_nobody_confirms_is_deleted_the_next_day(
    animator, django_capture_on_commit_callbacks
):
    by = User.objects.first()
    old = jobs.keep_file(
        name="a.csv", content=csv_file(ZOE), by=by, at=NOW - timedelta(days=1, seconds=1)
    )
    kept = jobs.keep_file(name="b.csv", content=csv_file(ZOE), by=by, at=NOW - timedelta(days=1))

    with django_capture_on_commit_callbacks(execute=True):
        forget_imports(NOW)

    assert list(MemberImport.objects.all()) == [kept]
    assert not private_storage().exists(old.file.name)
    assert private_storage().exists(kept.file.name)
