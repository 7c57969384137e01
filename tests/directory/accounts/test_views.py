import re

import pytest
from allauth import urls as allauth_urls
from allauth.account.adapter import get_adapter
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.urls import reverse

from directory.accounts import urls
from directory.models import User
from tests.builders import make_home, make_member, make_members_page

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.tld/",
    "///evil.tld/",
    "/\\evil.tld/",
    "https:evil.tld",
    "https://evil.tld/",
    "%2F%2Fevil.tld",
    "javascript:alert(1)",
    "http:///evil.tld",
]


@pytest.fixture(autouse=True)
def site():
    make_home()
    make_members_page()


def names(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def code_of(message):
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", message.text, re.MULTILINE).group()


def test_the_log_in_page_mentions_a_forgotten_password_once(client):
    html = client.get("/compte/connexion/").content.decode()

    assert html.count("Mot de passe oublié") == 1


def test_every_name_of_allauth_has_a_french_path():
    assert set(names(urls.urlpatterns)) == set(names(allauth_urls.urlpatterns))


def test_a_member_logs_in_by_code(client, sent, mailed_code):
    make_member(email="membre@example.org")

    asked = client.post("/compte/connexion/code/", {"email": "membre@example.org"}, follow=True)
    code = mailed_code("membre@example.org")
    entered = client.post("/compte/connexion/code/saisie/", {"code": code})

    assert "Saisissez votre code" in asked.content.decode()
    assert (entered.status_code, entered["Location"]) == (302, "/membres/")
    assert client.get("/membres/").status_code == 200
    assert (sent[0].subject, sent[0].to) == ("Votre code de connexion", ["membre@example.org"])


@pytest.fixture
def mailed_code(sent):
    def read(to):
        [message] = [message for message in sent if message.to == [to]]
        return re.search(r"^[A-Z]{4}-[A-Z]{4}$", message.body, re.MULTILINE).group()

    return read


def test_a_member_logs_in_by_password_and_the_session_key_changes(client):
    """members 24, A36."""
    make_member(email="membre@example.org", password="demonstration")
    client.get("/compte/connexion/")
    client.session["kept"] = True
    before = client.session.session_key

    answer = client.post(
        "/compte/connexion/", {"login": "Membre@Example.org", "password": "demonstration"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/membres/")
    assert client.session.session_key != before


def test_staff_are_redirected_to_the_back_office(client):
    user = User.objects.create_user("editrice@example.org", "demonstration")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))

    answer = client.post(
        "/compte/connexion/", {"login": "editrice@example.org", "password": "demonstration"}
    )

    assert answer["Location"] == "/admin/"


def test_log_in_redirects_to_the_requested_page(client):
    make_member(email="membre@example.org", password="demonstration")

    answer = client.post(
        "/compte/connexion/",
        {
            "login": "membre@example.org",
            "password": "demonstration",
            "next": "/membres/annuaire/?q=halle",
        },
    )

    assert answer["Location"] == "/membres/annuaire/?q=halle"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_log_in_never_redirects_to_another_site(client, target):
    """A22, members 23."""
    make_member(email="membre@example.org", password="demonstration")

    answer = client.post(
        "/compte/connexion/",
        {"login": "membre@example.org", "password": "demonstration", "next": target},
    )

    assert answer["Location"] in {"/membres/", "%2F%2Fevil.tld", "/%2F%2Fevil.tld"}


def test_three_wrong_codes_void_the_code(client, mailed_code):
    """A20, members 21."""
    make_member(email="membre@example.org")
    client.post("/compte/connexion/code/", {"email": "membre@example.org"})
    code = mailed_code("membre@example.org")

    tries = [
        client.post("/compte/connexion/code/saisie/", {"code": wrong})
        for wrong in ("BBBB-BBBB", "BBBB-BBBB", "BBBB-BBBB", code)
    ]

    assert "_auth_user_id" not in client.session
    assert [(one.status_code, one.get("Location")) for one in tries] == [
        (200, None),
        (200, None),
        (302, "/compte/connexion/code/"),  # to request another code
        (302, "/compte/connexion/code/"),
    ]


@pytest.mark.parametrize(
    ("path", "field"),
    [("/compte/connexion/code/", "email"), ("/compte/mot-de-passe/oublie/", "email")],
)
def test_known_and_unknown_addresses_get_the_same_answer(path, field, outbox):
    """members 18 and 19."""
    make_member(email="connue@example.org", password="demonstration")
    answers = []
    for address in ("connue@example.org", "inconnu@example.org"):
        client = Client()
        first = client.post(path, {field: address})
        shown = client.get(first["Location"]).content.decode()
        shown = re.sub(r'value="[\w-]{64}"', "", shown).replace(address, "ADRESSE")
        answers.append((first.status_code, first["Location"], shown))

    assert answers[0] == answers[1]
    assert [row.recipient for row in outbox()] == ["connue@example.org"]


def test_known_and_unknown_addresses_fail_alike_with_a_password():
    """members 18, A16."""
    make_member(email="connue@example.org", password="demonstration")
    answers = []
    for address in ("connue@example.org", "inconnu@example.org"):
        answer = Client().post("/compte/connexion/", {"login": address, "password": "faux"})
        shown = re.sub(r'value="[\w-]{64}"', "", answer.content.decode()).replace(address, "A")
        answers.append((answer.status_code, shown))

    assert answers[0] == answers[1]
    assert "L’adresse ou le mot de passe ne sont pas les bons." in answers[0][1]


def test_each_refusal_computes_as_many_password_hashes(client, monkeypatch):
    """A16: for a member, a member without a password, a closed account and an unknown address. `make bench` prints the ratio of times."""
    make_member(email="membre@example.org", password="demonstration")
    make_member(email="sans@example.org")
    closed = make_member(email="close@example.org", password="demonstration").user
    User.objects.filter(pk=closed.pk).update(is_active=False)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *words: hashed.append(1) or encode(*words)
    )

    costs = {}
    for name in ("membre", "sans", "close", "inconnue"):
        hashed.clear()
        client.post("/compte/connexion/", {"login": f"{name}@example.org", "password": "faux"})
        costs[name] = len(hashed)

    assert costs["inconnue"] > 0
    assert set(costs.values()) == {costs["inconnue"]}


@pytest.mark.parametrize("path", ["/compte/connexion/code/", "/compte/mot-de-passe/oublie/"])
def test_an_unknown_address_takes_the_time_of_an_email_that_is_not_sent(
    path, outbox, sent, django_assert_max_num_queries
):
    """A16: an e-mail is written in each case, and discarded for an unknown address. `make bench` prints the ratio of times."""
    make_member(email="connue@example.org", password="demonstration")
    written = {}
    for address in ("inconnue@example.org", "connue@example.org", "connue@example.org"):
        with django_assert_max_num_queries(200) as asked:
            Client().post(path, {"email": address})
        rows = [one for one in asked.captured_queries if 'INTO "home_outgoingemail"' in one["sql"]]
        written.setdefault(address, []).append(len(rows))

    assert written == {"inconnue@example.org": [1], "connue@example.org": [1, 1]}
    assert {row.recipient for row in outbox()} == {"connue@example.org"}
    assert {tuple(message.to) for message in sent} == {("connue@example.org",)}


def test_after_five_wrong_passwords_the_right_one_is_refused_for_five_minutes(client, time_machine):
    """members 17, A18."""
    time_machine.move_to("2026-06-01 10:00:00Z", tick=False)
    make_member(email="membre@example.org", password="demonstration")
    make_member(email="autre@example.org", password="demonstration")
    for _attempt in range(5):
        client.post("/compte/connexion/", {"login": "membre@example.org", "password": "faux"})

    locked = client.post(
        "/compte/connexion/", {"login": "membre@example.org", "password": "demonstration"}
    )
    other = client.post(
        "/compte/connexion/", {"login": "autre@example.org", "password": "demonstration"}
    )

    assert "Attendez cinq minutes" in locked.content.decode()
    assert other.status_code == 302
    time_machine.move_to("2026-06-01 10:05:01Z", tick=False)
    again = client.post(
        "/compte/connexion/", {"login": "membre@example.org", "password": "demonstration"}
    )
    assert (again.status_code, again["Location"]) == (302, "/membres/")


@pytest.mark.parametrize("path", ["/_util/login/", "/admin/login/", "/admin/password_reset/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_log_in_pages_redirect_to_the_only_one(client, path, method):
    """A18, members 15."""
    make_member(email="membre@example.org", password="demonstration")

    answer = getattr(client, method)(
        path + "?next=/membres/",
        {"username": "membre@example.org", "password": "demonstration"} if method == "post" else {},
    )

    assert (answer.status_code, answer["Location"]) == (302, "/compte/connexion/?next=/membres/")
    assert "_auth_user_id" not in client.session


def test_djangos_admin_does_not_exist(client):
    assert client.get("/django-admin/").status_code == 404
    assert client.get("/django-admin/login/").status_code == 404


def test_sign_up_is_closed(client):
    answer = client.post(
        "/compte/inscription/", {"email": "x@example.org", "password1": "Secret-1"}
    )

    assert "On ne crée pas de compte ici" in answer.content.decode()
    assert not User.objects.exists()


def test_log_out_requires_a_post_and_clears_the_cache(client):
    """A14."""
    client.force_login(make_member().user)

    shown = client.get("/compte/deconnexion/")
    assert (shown.status_code, "_auth_user_id" in client.session) == (200, True)
    gone = client.post("/compte/deconnexion/")

    assert (gone.status_code, gone["Clear-Site-Data"]) == (302, '"cache"')
    assert "_auth_user_id" not in client.session


def test_the_link_to_reset_a_password_starts_with_the_sites_address(client, sent, settings):
    """A23, members 22."""
    settings.BASE_URL = "https://reseau.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    make_member(email="membre@example.org", password="demonstration")

    client.post(
        "/compte/mot-de-passe/oublie/",
        {"email": "membre@example.org"},
        headers={"host": "evil.tld"},
    )

    [link] = re.findall(r"https?://\S+/compte/\S+", sent[0].body)
    assert link.startswith("https://reseau.example.org/compte/mot-de-passe/oublie/")
    assert "evil" not in sent[0].body


def test_a_password_can_be_reset_once_per_link(client, sent):
    """A15: the token is removed from the URL at once, is not sent to other sites, and is valid once."""
    member = make_member(email="membre@example.org", password="demonstration")
    client.post("/compte/mot-de-passe/oublie/", {"email": "membre@example.org"})
    [link] = re.findall(r"http://localhost:8000(/compte/\S+)", sent[0].body)

    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    key = link.rstrip("/").rpartition("-")[2]
    assert key not in path
    assert form["Referrer-Policy"] in {"no-referrer", "same-origin"}
    new = "Une-phrase-bien-longue-7"
    done = client.post(path, {"password1": new, "password2": new}, follow=True)

    assert "Votre mot de passe est changé" in done.content.decode()
    member.user.refresh_from_db()
    assert member.user.check_password(new)
    again = Client().get(link, follow=True)
    assert "Ce lien ne sert plus" in again.content.decode()


MANAGED = [
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
    "usersessions_list",
]
ENTRANCES = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
]
ENGLISH = re.compile(
    r"\b(the|your|you|sign|password|email address|please|this|have|with|key|add|codes? available)\b",
    re.IGNORECASE,
)


def words_of(html):
    main = html[html.index("<main") : html.index("</main>")]
    main = re.sub(r"<script.*?</script>|<style.*?</style>", " ", main, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", main)


@pytest.mark.parametrize("name", ENTRANCES)
def test_account_pages_are_in_french_for_a_visitor(client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert ENGLISH.findall(words_of(answer.content.decode())) == []


@pytest.mark.parametrize("name", MANAGED)
def test_account_pages_are_in_french_for_a_member(client, name):
    make_member(email="membre@example.org", password="demonstration")
    client.post("/compte/connexion/", {"login": "membre@example.org", "password": "demonstration"})

    answer = client.get(reverse(name), follow=True)

    assert answer.status_code == 200
    assert ENGLISH.findall(words_of(answer.content.decode())) == []


def test_a_member_without_permission_is_not_redirected_in_a_loop_by_the_back_office(client):
    client.force_login(make_member().user)

    answer = client.get("/admin/", follow=True)

    assert len(answer.redirect_chain) <= 2
    assert answer.status_code in {200, 403}


@pytest.mark.parametrize("forwarded", ["6.6.6.6, 1.2.3.4", "1.2.3.4", "  1.2.3.4"])
def test_rate_limits_count_the_address_seen_by_the_proxy(settings, forwarded):
    """A19: addresses added by the visitor are ignored. Without the header, the connection's address counts."""
    settings.TRUSTED_PROXY_COUNT = 1
    requests = RequestFactory(REMOTE_ADDR="10.0.0.1")

    seen = requests.post("/compte/connexion/", headers={"X-Forwarded-For": forwarded})
    garbled = requests.post("/compte/connexion/", headers={"X-Forwarded-For": "pas une adresse"})

    adapter = get_adapter()
    assert [adapter.get_client_ip(one) for one in (seen, garbled)] == ["1.2.3.4", "10.0.0.1"]
