import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from directory.models import User
from home.admin.mail import OutgoingEmailAdmin
from home.mail import outbox
from home.models import OutgoingEmail, Subscriber
from home.newsletter import subscriptions

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIST = "/admin/home/outgoingemail/"


def make_staff(email: str, *codenames: str) -> Client:
    """A client logged in to the back office with these permissions and no others."""
    user = User.objects.create_user(email, "mot de passe")
    group = Group.objects.create(name=email)
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer() -> Client:
    return make_staff("lectrice@example.org", "view_outgoingemail")


@pytest.fixture
def editor() -> Client:
    return make_staff(
        "editrice@example.org",
        "view_outgoingemail",
        "change_outgoingemail",
        "export_outgoingemail",
    )


def make_row(**values: Any) -> OutgoingEmail:
    defaults: dict[str, Any] = {
        "kind": "essai",
        "recipient": "elise@example.org",
        "sender": "reseau@example.org",
        "subject": "Bonjour",
        "text": "Bonjour Élise",
        "html": "<p>Bonjour</p>",
        "message_id": outbox.new_message_id(),
        "queued_at": timezone.now(),
        "state": OutgoingEmail.State.FAILED,
        "last_error": "Le serveur ne répond pas.",
    }
    return OutgoingEmail.objects.create(**{**defaults, **values})


def subjects(client: Client, query: str) -> list[str]:
    response = client.get(f"{LIST}?{query}")
    return [row.subject for row in response.context["object_list"]]


@pytest.mark.parametrize(
    "query",
    [
        "nimp=1", "utm_source=x", "all=1", "p=-1", "p=abc", "p=999999", "p=99999999999999999999",
        "o=abc", "o=99", "o=-", "o=1.2.-3", "q=%00", "state__exact=%00", "state__exact=nimp",
        "interrupted__exact=abc", "created_at__gte=pas-une-date", "created_at__nimp=1",
        "state__nimp__nimp=1", "e=1", "export=nimp", "q=" + "a" * 3000,
    ],
)  # fmt: skip
def test_a_bad_parameter_is_never_an_error(viewer: Client, query: str) -> None:
    make_row()

    response = viewer.get(f"{LIST}?{query}", follow=True)

    assert response.status_code == 200


def test_an_undeclared_lookup_is_ignored(viewer: Client) -> None:
    make_row(text="secret")

    lookups = ("text__startswith=s", "text__startswith=zzz", "state__startswith=zzz")

    assert [subjects(viewer, lookup) for lookup in lookups] == [["Bonjour"]] * 3


def test_filters_speak_french(viewer: Client) -> None:
    make_row()

    page = viewer.get(LIST).content.decode()

    assert "7 derniers jours" in page
    assert "Any date" not in page


def test_a_declared_filter_filters(viewer: Client) -> None:
    make_row()
    make_row(subject="Autre", state=OutgoingEmail.State.QUEUED)

    assert subjects(viewer, "state__exact=queued") == ["Autre"]
    assert subjects(viewer, "state__exact=queued&utm_source=x") == ["Autre"]


@pytest.mark.parametrize("key", ["abc", "999", "99999999999999999999999"])
@pytest.mark.parametrize("action", ["inspect", "edit", "delete", "history", "renvoyer"])
def test_a_bad_key_is_not_found(editor: Client, action: str, key: str) -> None:
    assert editor.get(f"{LIST}{action}/{key}/").status_code == 404


def test_a_row_outside_the_queryset_is_not_found(editor: Client, monkeypatch: Any) -> None:
    """A28, members 46."""
    row = make_row()
    monkeypatch.setattr(
        OutgoingEmailAdmin, "get_queryset", lambda self, request: OutgoingEmail.objects.none()
    )

    actions = ["inspect", "edit", "delete", "history", "renvoyer"]
    answers = [editor.post(f"{LIST}{action}/{row.pk}/").status_code for action in actions]

    assert answers == [404] * 5


def test_viewers_may_not_export(viewer: Client) -> None:
    """members 44, A26."""
    make_row()

    answers = [viewer.get(f"{LIST}?export={kind}") for kind in ("csv", "xlsx")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all(b"elise" not in answer.content for answer in answers)
    assert b"export=" not in viewer.get(LIST).content


def test_an_export_is_neutralised_and_logged(editor: Client) -> None:
    """A25, members 45."""
    make_row(subject='=HYPERLINK("http://evil")', recipient="+33@example.org")

    answer = editor.get(f"{LIST}?export=csv&raison=bilan&state__exact=failed")

    assert answer.content.startswith(b"\xef\xbb\xbfDestinataire;Nature;Objet;")
    rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    cells = [cell for row in rows for cell in row]
    assert {'\'=HYPERLINK("http://evil")', "'+33@example.org"} <= set(cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "no-store" in answer["Cache-Control"]
    entry = ModelLogEntry.objects.get(action="home.export")
    assert entry.user.email == "editrice@example.org"
    assert entry.data == {
        "format": "csv",
        "filters": {"state__exact": ["failed"]},
        "count": 1,
        "reason": "bilan",
    }


@pytest.mark.parametrize("reason", ["", "&raison=", "&raison=+ab+", "&raison=" + "a" * 201])
def test_an_export_asks_for_a_reason_first(editor: Client, reason: str) -> None:
    """members 44, A26: without a reason, show the form, and neither export nor log anything."""
    make_row()

    answer = editor.get(f"{LIST}?export=csv&state__exact=failed{reason}")

    shown = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert "À quoi sert cet export\u202f?" in shown
    assert '<input type="hidden" name="state__exact" value="failed">' in shown
    assert "elise" not in shown
    assert not ModelLogEntry.objects.filter(action="home.export").exists()


@pytest.mark.parametrize(("rows", "mails"), [(2, 0), (3, 1)])
def test_a_large_export_is_reported_to_superusers(
    editor: Client, monkeypatch: pytest.MonkeyPatch, rows: int, mails: int
) -> None:
    """A26."""
    monkeypatch.setattr("home.admin.exports.LARGE_EXPORT", 2)
    User.objects.create_superuser("admin@example.org")
    for _number in range(rows):
        make_row()

    editor.get(f"{LIST}?export=csv&raison=bilan annuel")

    told = OutgoingEmail.objects.filter(kind="export")
    assert [row.recipient for row in told] == ["admin@example.org"] * mails
    assert all("bilan annuel" in row.text and "3 lignes" in row.text for row in told)


def test_an_xlsx_export_holds_text_and_local_time(editor: Client) -> None:
    """members 45."""
    make_row(subject="=1+1")

    book = load_workbook(BytesIO(editor.get(f"{LIST}?export=xlsx&raison=bilan").content))

    heading, row = book.active.iter_rows()
    values = {cell.value: row[index] for index, cell in enumerate(heading)}
    assert (values["Objet"].value, values["Objet"].data_type) == ("=1+1", "s")
    assert values["État"].value == "en échec"
    written = OutgoingEmail.objects.get().created_at
    assert values["Créé le"].value == timezone.localtime(written).replace(
        tzinfo=None, microsecond=0
    )


def test_the_history_of_the_site_shows_an_export() -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin@example.org", "mot de passe"))
    make_row()
    admin.get(f"{LIST}?export=csv&raison=bilan&q=elise")

    page = admin.get("/admin/reports/site-history/").content.decode()

    assert "Export CSV de 1 ligne(s), motif : bilan, filtres : q = elise" in page


def test_resend_asks_once_and_is_logged(editor: Client, sent: list) -> None:
    row = make_row()
    assert "Renvoyer" in editor.get(LIST).content.decode()

    asked = editor.get(f"{LIST}renvoyer/{row.pk}/")
    answers = [editor.post(f"{LIST}renvoyer/{row.pk}/", {"next": "//evil.org"}) for _ in range(2)]

    assert "Bonjour Élise" in asked.content.decode()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, LIST)] * 2
    assert [message.to for message in sent] == [["elise@example.org"]]
    assert ModelLogEntry.objects.filter(action="home.resend").count() == 1
    assert "/renvoyer/" not in editor.get(LIST).content.decode()


def test_viewers_may_not_resend(viewer: Client, sent: list) -> None:
    row = make_row()

    viewer.post(f"{LIST}renvoyer/{row.pk}/")

    assert sent == []
    assert "Renvoyer" not in viewer.get(LIST).content.decode()


def test_inspect_hides_what_is_secret_or_forgotten(editor: Client) -> None:
    rows = [make_row(), make_row(secret=True), make_row(blanked_at=timezone.now())]

    pages = [editor.get(f"{LIST}inspect/{row.pk}/").content.decode() for row in rows]

    assert ["Bonjour Élise" in page for page in pages] == [True, False, False]


def test_staff_cannot_create_edit_or_delete_rows_of_the_outbox(editor: Client) -> None:
    row = make_row()

    for action in ("create", f"edit/{row.pk}", f"delete/{row.pk}"):
        editor.post(f"{LIST}{action}/", {"subject": "Autre"})

    assert list(OutgoingEmail.objects.values_list("subject")) == [("Bonjour",)]


def queries(client: Client, address: str) -> int:
    """Count the queries of a list page, including those of Wagtail's layout."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_with_many_rows(editor: Client) -> None:
    make_row()
    editor.get(LIST)

    one = queries(editor, LIST)
    for number in range(30):
        make_row(recipient=f"p{number}@example.org")

    assert queries(editor, LIST) == one


# Newsletter subscribers

SUBSCRIBERS = "/admin/home/subscriber/"


def make_subscriber(email: str = "elise@example.org", *, confirmed: bool = True) -> Subscriber:
    now = timezone.now()
    subscriptions.subscribe(email=email, source="/lettre/", at=now)
    subscriber = Subscriber.objects.get(email=email)
    if confirmed:
        subscriptions.confirm(subscriber.consents.get(), at=now)
    return Subscriber.objects.get(email=email)


@pytest.fixture
def animator() -> Client:
    codenames = [f"{action}_subscriber" for action in ("view", "change", "delete", "export")]
    return make_staff("animatrice@example.org", *codenames)


def test_subscribers_are_listed_by_state_with_their_dated_consent(animator: Client) -> None:
    make_subscriber("abonnee@example.org")
    make_subscriber("attente@example.org", confirmed=False)
    subscriptions.leave(make_subscriber("partie@example.org"), at=timezone.now())

    found = {
        state: [
            row.email for row in animator.get(f"{SUBSCRIBERS}?etat={state}").context["object_list"]
        ]
        for state in ("abonnes", "attente", "partis")
    }

    assert found == {
        "abonnes": ["abonnee@example.org"],
        "attente": ["attente@example.org"],
        "partis": ["partie@example.org"],
    }
    assert animator.get(f"{SUBSCRIBERS}?etat=nimp").status_code == 200


def test_a_subscriber_shows_the_text_that_was_accepted(animator: Client) -> None:
    subscriber = make_subscriber()

    page = animator.get(f"{SUBSCRIBERS}inspect/{subscriber.pk}/").content.decode()

    assert subscriptions.CONSENT_TEXT in page
    assert "confirmé le" in page


def test_subscribers_are_exported_with_dates_and_source(animator: Client) -> None:
    subscriber = make_subscriber()

    answer = animator.get(f"{SUBSCRIBERS}?export=xlsx&raison=bilan&etat=abonnes")

    heading, row = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    values = dict(zip(heading, row, strict=True))
    local = timezone.localtime(subscriber.confirmed_at).replace(tzinfo=None, microsecond=0)
    assert (values["Adresse e-mail"], values["État"]) == ("elise@example.org", "abonné·e")
    assert values["Abonné·e depuis le"] == local
    assert values["Recueilli par"] == "/lettre/"


def test_staff_unsubscribe_by_one_post(animator: Client, viewer: Client) -> None:
    subscriber = make_subscriber()

    viewer.post(f"{SUBSCRIBERS}desabonner/{subscriber.pk}/")
    assert Subscriber.objects.active().exists()
    animator.post(f"{SUBSCRIBERS}desabonner/{subscriber.pk}/")

    assert not Subscriber.objects.active().exists()
    assert ModelLogEntry.objects.get(action="home.unsubscribe").label == "elise@example.org"


def test_the_subscribers_list_costs_the_same_with_many_rows(animator: Client) -> None:
    make_subscriber()
    animator.get(SUBSCRIBERS)

    one = queries(animator, SUBSCRIBERS)
    for number in range(5):
        make_subscriber(f"p{number}@example.org")

    assert queries(animator, SUBSCRIBERS) == one


# Dashboard


def test_the_dashboard_shows_failed_mail_to_those_who_may_view_it(viewer: Client) -> None:
    make_row(interrupted=True)
    other = make_staff("autre@example.org")

    page, hidden = (client.get("/admin/").content.decode() for client in (viewer, other))

    assert "1 e-mail en échec" in page
    assert "Le serveur ne répond pas." in page
    assert "1 envoi interrompu cette semaine" in page
    assert "elise@example.org" not in hidden


def test_the_dashboard_has_no_mail_panel_without_failures(viewer: Client) -> None:
    make_row(state=OutgoingEmail.State.QUEUED)

    assert "E-mails en échec" not in viewer.get("/admin/").content.decode()
