"""Documents uploaded with a registration: accepted formats, access and erasure."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_jpeg

from events.models import AnswerFile, EventPage, Question, Registration
from events.registration.purge import forget_registrations
from tests.builders import NOW, make_event, make_session
from tests.events.visitor import fill, section_of
from tests.home.media import picture_files
from tests.home.media.picture_files import DAMAGED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PDF = b"%PDF-1.4 un document"
FOLDER = Path(settings.PRIVATE_ROOT) / "inscriptions"


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    for path in on_disk():
        path.unlink()


def on_disk() -> list[Path]:
    return sorted(FOLDER.glob("*"))


def archive(first: str, content: str) -> bytes:
    """Return a ZIP archive as office programs write it; its first file identifies the format."""
    written = BytesIO()
    with ZipFile(written, "w") as file:
        file.writestr(first, content)
    return written.getvalue()


def make_asking_event(**fields: Any) -> tuple[EventPage, Question]:
    """Create an event whose form has a document question."""
    event = make_event(**fields)
    event.questions = [
        Question(label="Attestation", field_type="file", required=False, retention="short")
    ]
    event.save()
    return event, event.questions.get()


def join(
    client: Client, clock: Any, name: str, content: bytes, **answers: Any
) -> tuple[Any, Question]:
    """Register to a new event with this document; return the response and the question."""
    event, question = make_asking_event()
    data = fill(client, event, clock, **answers)
    file = SimpleUploadedFile(name, content)
    return client.post(event.url, data | {question.field_name: file}), question


def registered(client: Client, clock: Any) -> tuple[Registration, Question]:
    _response, question = join(client, clock, "attestation.pdf", PDF)
    return Registration.objects.get(), question


def change(client: Client, registration: Registration, **data: Any) -> Any:
    values = {"name": registration.name, "organisation": registration.organisation}
    return client.post(f"{registration.link}modifier/", values | data)


def staff(*permissions: str) -> Client:
    user = get_user_model().objects.create_user("equipe@example.org")
    names = ["access_admin", *permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("attestation.pdf", PDF),
        ("photo.jpg", get_test_image_file_jpeg().file.getvalue()),
        ("photo.png", get_test_image_file().file.getvalue()),
        ("lettre.odt", archive("mimetype", "application/vnd.oasis.opendocument.text")),
        ("lettre.docx", archive("[Content_Types].xml", "<Types/>")),
    ],
)
def test_a_valid_document_is_stored_privately(client, clock, name, content):
    """registration 22."""
    response, question = join(client, clock, name, content)

    assert response.status_code == 303
    kept = AnswerFile.objects.get()
    assert Registration.objects.get().answers == {
        str(question.uuid): {
            "label": "Attestation",
            "retention": "short",
            "value": name,
        }
    }
    assert [path.read_bytes() for path in on_disk()] == [content]
    assert not Path(kept.file.path).is_relative_to(settings.MEDIA_ROOT)
    with pytest.raises(NotImplementedError):
        _address = kept.file.url


def test_a_photo_of_a_telephone_is_stored_as_a_jpeg_without_its_place(client, clock):
    join(client, clock, "Attestation signée.HEIC", picture_files.photo("HEIF"))

    kept = AnswerFile.objects.get()
    assert kept.name == "Attestation signée.jpg"
    with kept.file.open() as file:
        picture = Image.open(file)
        assert (picture.format, dict(picture.getexif())) == ("JPEG", {})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gros.pdf", PDF + bytes(20 * 1024 * 1024), "Ce fichier pèse 20\u00a0Mo\u00a0: 10\u00a0Mo"),
        ("programme.pdf", b"MZ\x90\x00 un programme", "n’est pas un PDF"),
        ("../../x", PDF, "Ce genre de fichier n’est pas accepté"),
        ("programme.exe", PDF, "Ce genre de fichier n’est pas accepté"),
        ("image.png", PDF, "n’est pas un PNG"),
        ("vide.pdf", b"", "Ce fichier est vide."),
        ("photo.jpg", DAMAGED["cut.jpg"], "Cette image est abîmée ou incomplète."),
        ("photo.heic", DAMAGED["cut.heic"], "Cette image est abîmée ou incomplète."),
    ],
)
def test_an_invalid_document_is_refused_beside_its_field_and_the_rest_is_kept(
    client, clock, outbox, name, content, words
):
    """registration 22."""
    response, _question = join(client, clock, name, content, organisation="Commune d’Exemple")

    assert response.status_code == 200
    html = response.content.decode()
    assert words in html
    assert 'value="Commune d’Exemple"' in html
    assert 'enctype="multipart/form-data"' in html
    assert (Registration.objects.count(), on_disk(), outbox()) == (0, [], [])


def test_another_error_says_that_the_document_must_be_chosen_again(client, clock):
    response, question = join(client, clock, "attestation.pdf", PDF, email="a@b")

    field = f"inscription-{question.field_name}"
    html = response.content.decode()
    helped = html[html.index(f'id="{field}_helptext"') :]
    assert "Choisissez de nouveau «\u00a0attestation.pdf\u00a0»" in helped[: helped.index("</div>")]
    assert f'aria-describedby="{field}_helptext"' in html
    assert on_disk() == []


def test_a_failed_registration_leaves_no_document_behind(client, clock):
    """With a registered address, and after the event has closed."""
    event, question = make_asking_event(starts_at=NOW + timedelta(hours=1))
    client.post(event.url, fill(client, event, clock))
    other = Client()
    again = fill(other, event, clock) | {question.field_name: SimpleUploadedFile("a.pdf", PDF)}
    late = fill(other, event, clock, email="autre@exemple.fr")
    late |= {question.field_name: SimpleUploadedFile("a.pdf", PDF)}

    known = other.post(event.url, again)
    clock.shift(3600)
    closed = other.post(event.url, late)

    assert (known.status_code, closed.status_code) == (303, 409)
    assert "Choisissez de nouveau" in section_of(closed)
    assert (Registration.objects.count(), on_disk()) == (1, [])


@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_only_staff_with_the_permission_can_download_a_document(client, clock):
    """registration 22, registration 58."""
    registration, _question = registered(client, clock)
    address = reverse("events_answer_file", args=[AnswerFile.objects.get().uuid])
    team = staff("view_registration", "change_registration", "export_registration")
    team_page = team.get(
        reverse("events_registration_modeladmin_inspect", args=[registration.pk])
    ).content.decode()
    team_form = team.get(
        reverse("events_registration_modeladmin_edit", args=[registration.pk])
    ).content.decode()

    answer = team.get(address)
    get_user_model().objects.get().user_permissions.remove(
        Permission.objects.get(codename="view_registration")
    )

    assert f'<a href="{address}">attestation.pdf</a>' in team_page
    assert f'<a href="{address}">attestation.pdf</a>' in team_form
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="attestation.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert team.get(address).status_code in (302, 403)
    assert client.get(address).status_code == 302


@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_the_export_names_the_document(client, clock):
    registered(client, clock)
    team = staff("view_registration", "export_registration")

    asked = {"export": "xlsx", "raison": "accueil"}
    answer = team.get(reverse("events_registration_modeladmin_index"), asked)

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert (rows[0][-1], rows[1][-1]) == ("Attestation", "attestation.pdf")


def test_a_document_is_replaced_from_the_own_page_and_the_old_one_is_deleted(
    client, clock, django_capture_on_commit_callbacks
):
    registration, question = registered(client, clock)
    [former] = on_disk()
    page = client.get(f"{registration.link}modifier/").content.decode()

    with django_capture_on_commit_callbacks() as after_commit:
        file = SimpleUploadedFile("nouvelle.pdf", PDF + b" bis")
        response = change(client, registration, **{question.field_name: file})
        assert former.exists()  # until the transaction is committed
    for callback in after_commit:
        callback()

    assert "Document joint\u00a0: <strong>attestation.pdf</strong>" in page
    assert response["Location"].endswith("?fait=modifiee")
    assert [path.read_bytes() for path in on_disk()] == [PDF + b" bis"]
    assert AnswerFile.objects.get().name == "nouvelle.pdf"


def test_a_document_stays_when_other_answers_change(client, clock):
    registration, _question = registered(client, clock)

    change(client, registration, organisation="Commune d’Exemple")

    assert AnswerFile.objects.get().name == "attestation.pdf"
    assert len(on_disk()) == 1


def test_a_document_is_removed_from_the_own_page(client, clock, django_capture_on_commit_callbacks):
    registration, question = registered(client, clock)

    with django_capture_on_commit_callbacks(execute=True):
        change(client, registration, **{f"retirer_{question.uuid.hex}": "on"})

    registration.refresh_from_db()
    assert registration.answers == {}
    assert (AnswerFile.objects.count(), on_disk()) == (0, [])


def test_erasing_deletes_the_document(client, clock, django_capture_on_commit_callbacks):
    registration, _question = registered(client, clock)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{registration.link}effacer/")

    assert (AnswerFile.objects.count(), on_disk()) == (0, [])


@pytest.mark.parametrize("days", [8, 400])
def test_the_purge_deletes_the_document_with_its_answer(
    client, clock, days, django_capture_on_commit_callbacks
):
    """registration 67: a few days after the event, or with the name."""
    registration, _question = registered(client, clock)

    with django_capture_on_commit_callbacks(execute=True):
        forget_registrations(registration.event.ends_at + timedelta(days=days))

    assert (AnswerFile.objects.count(), on_disk()) == (0, [])


def test_a_document_is_deleted_with_the_session_it_was_asked_for(
    client, clock, django_capture_on_commit_callbacks
):
    event = make_event(sessions=[make_session(), make_session(title="Visite")])
    morning, visit = event.sessions.all()
    event.questions = [Question(label="Permis", field_type="file", session_uuid=visit.uuid)]
    event.save()
    question = event.questions.get()
    data = fill(client, event, clock, sessions=[str(morning.uuid), str(visit.uuid)])
    client.post(event.url, data | {question.field_name: SimpleUploadedFile("permis.pdf", PDF)})
    registration = Registration.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{registration.link}annuler/{visit.uuid}/")

    assert (AnswerFile.objects.count(), on_disk()) == (0, [])
