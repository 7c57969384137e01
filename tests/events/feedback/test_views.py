"""The page of somebody who came: desk 12, « Ce que je retiens » and « Trois questions »."""

import re
from typing import Any

import pytest
from django.urls import reverse

from events.feedback.links import feedback_url
from events.feedback.totals import totals
from events.models import Feedback, RecapPage, Registration
from events.models import Testimony as GivenSentence
from events.models.thanks import OPEN_FOR
from events.registration.erasure import erase
from tests.builders import NOW, make_registration
from tests.events.feedback.test_letters import make_past_event, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]
SENTENCE = {
    "sentence": "On ne décide pas à la place des gens.",
    "naming": "full",
    "role": "élue, Arras",
    "consent": "on",
}


@pytest.fixture
def person(somebody) -> Registration:
    event = make_past_event(present=1)
    send(event, somebody)
    return event.registrations.present().get(name="Présente 0")


def address_of(person: Registration) -> str:
    return feedback_url(person).partition("8000")[2]


def answer(client: Any, person: Registration, **fields: str) -> Any:
    return client.post(address_of(person), fields)


def live_recap() -> str:
    return str(RecapPage.objects.get().body.get_prep_value())


def test_reading_any_link_of_the_letter_changes_nothing(client, person, sent):
    """desk 12: a scanner's GET on the links → 0 answers."""
    links = re.findall(r"http://[^\s]+/retours/[^\s]+", str(sent[-1].body))

    pages = [client.get(link.partition("8000")[2]) for link in links]
    heads = [client.head(link.partition("8000")[2]).status_code for link in links]

    assert len(links) == 10
    assert {page.status_code for page in pages} | set(heads) == {200}
    assert 'value="oui" id="retour-utile_0" checked' in pages[0].text
    assert (Feedback.objects.count(), GivenSentence.objects.count()) == (0, 0)


def test_a_second_answer_replaces_the_first(client, person):
    sent = answer(client, person, utile="oui", remark="Bien.")
    answer(client, person, utile="non")

    assert sent.status_code == 303
    kept = Feedback.objects.order_by("question").values_list("question", "answer", "text")
    assert list(kept) == [("", "", "Bien."), ("utile", "non", "")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"utile": "peut-être"}, "Choisissez une des réponses proposées."),
        ({**SENTENCE, "consent": ""}, "Cochez la case pour donner votre phrase"),
        ({**SENTENCE, "sentence": "x" * 401}, "Votre phrase est trop longue"),
        ({**SENTENCE, "naming": "role", "role": ""}, "Écrivez votre fonction"),
        ({**SENTENCE, "naming": ""}, "Dites comment signer votre phrase."),
    ],
)
def test_what_cannot_be_kept_is_said_and_shown_again(client, person, fields, said):
    """desk 12 (b), (e)."""
    page = answer(client, person, remark="Une remarque.", **fields)

    assert page.status_code == 200
    assert said in page.text
    assert "Une remarque.</textarea>" in page.text
    assert (Feedback.objects.count(), GivenSentence.objects.count()) == (0, 0)


def test_nothing_is_not_thanked(client, person):
    page = answer(client, person, remark=" ", sentence="", naming="full", role="élue, Arras")

    assert page.status_code == 200
    assert "Rien n’a été enregistré" in page.text


def test_an_answer_that_comes_too_late_is_not_thanked(client, person, clock):
    """The page was open while the thirty days ended."""
    clock.shift(OPEN_FOR)

    page = answer(client, person, utile="oui", remark="Une remarque.", **SENTENCE)

    assert page.status_code == 200
    assert "Le temps de répondre à certaines questions est passé" in page.text
    assert (Feedback.objects.count(), GivenSentence.objects.count()) == (0, 0)
    assert answer(client, person, **SENTENCE).status_code == 303
    assert GivenSentence.objects.get().text == SENTENCE["sentence"]


def test_what_is_emptied_goes(client, person):
    """A sentence that its author took out of the form must not be quoted."""
    answer(client, person, utile="oui", remark="Une remarque.", **SENTENCE)

    emptied = answer(client, person, remark="", **SENTENCE | {"sentence": "", "consent": ""})

    assert emptied.status_code == 303
    assert Feedback.objects.get().question == "utile"
    assert not GivenSentence.objects.standing().exists()
    assert GivenSentence.objects.get().text == ""


def test_markup_in_a_sentence_is_text(client, person):
    """desk 12 (b)."""
    answer(client, person, **SENTENCE | {"sentence": "Un <b>mot</b>\net <a href='x'>un lien</a>"})

    assert GivenSentence.objects.get().text == "Un mot et un lien"


def quote_it(admin: Any, text: str = SENTENCE["sentence"]) -> Any:
    testimony, recap = GivenSentence.objects.get(), RecapPage.objects.get()
    fields = {"phrase": str(testimony.uuid), f"{testimony.uuid}-text": text}
    done = admin.post(reverse("events_quotations", args=[recap.pk]), fields)
    RecapPage.objects.get().get_latest_revision().publish()
    return done


def test_an_editor_quotes_it_with_one_click(client, admin, person):
    """desk 12 (c)."""
    answer(client, person, **SENTENCE)
    page = admin.get(reverse("events_quotations", args=[RecapPage.objects.get().pk])).text

    assert quote_it(admin).status_code == 302

    assert "Présente 0, élue, Arras" in page
    block = RecapPage.objects.get().body.get_prep_value()[-1]
    assert (block["type"], block["value"]["author"], block["value"]["role"]) == (
        "quote", "Présente 0", "élue, Arras",
    )  # fmt: skip
    assert block["value"]["source"].startswith("recueilli le ")


@pytest.mark.parametrize(
    "change",
    [
        {"sentence": "On décide ensemble."},
        {"sentence": "", "consent": ""},
        {"naming": "anonymous"},
        {"role": "maire, Arras"},
        {"consent": ""},
    ],
)
def test_a_sentence_that_was_quoted_while_the_form_was_open_is_not_changed_nor_thanked(
    client, admin, person, change
):
    answer(client, person, **SENTENCE)
    quote_it(admin)

    page = answer(client, person, utile="oui", **SENTENCE | change)

    assert page.status_code == 200
    assert "Votre phrase est déjà citée dans le compte rendu" in page.text
    assert not Feedback.objects.exists()
    assert answer(client, person, utile="oui", **SENTENCE).status_code == 303
    assert GivenSentence.objects.get().text == SENTENCE["sentence"]


@pytest.mark.parametrize(
    ("naming", "signature"),
    [
        ("full", ["Présente 0", "élue, Arras"]),
        ("role", ["", "élue, Arras"]),
        ("anonymous", ["", ""]),
    ],
)
def test_a_quotation_is_signed_as_its_author_wants(client, admin, person, naming, signature):
    answer(client, person, **SENTENCE | {"naming": naming})
    quote_it(admin)

    value = RecapPage.objects.get().body.get_prep_value()[-1]["value"]
    assert [value["author"], value["role"]] == signature


@pytest.mark.parametrize(("text", "letters"), [(SENTENCE["sentence"], 0), ("On ne décide pas.", 1)])
def test_the_author_of_a_shortened_sentence_reads_the_final_words(
    client, admin, person, sent, text, letters
):
    answer(client, person, **SENTENCE)
    quote_it(admin, text)

    told = [str(one.body) for one in sent if one.subject.startswith("Votre phrase")]
    assert len(told) == letters
    assert all(text in body and "/retours/" in body for body in told)


def test_a_withdrawn_sentence_leaves_the_page_and_its_drafts(client, admin, person, outbox):
    """desk 12 (d): also a copy of the block, which has another identifier."""
    answer(client, person, **SENTENCE)
    quote_it(admin)
    recap = RecapPage.objects.get()
    stored = recap.body.get_prep_value()
    recap.body = recap.body.stream_block.to_python([*stored, stored[-1] | {"id": "copy"}])
    recap.save_revision().publish()
    assert live_recap().count(SENTENCE["sentence"]) == 2

    done = client.post(address_of(person), {"retirer": "1"})

    assert done["Location"].endswith("?fait=retiree")
    assert SENTENCE["sentence"] not in live_recap()
    draft = RecapPage.objects.get().get_latest_revision_as_object()
    assert SENTENCE["sentence"] not in str(draft.body.get_prep_value())
    assert [one.kind for one in outbox()].count("phrase retirée") == 1
    listed = admin.get(reverse("events_quotations", args=[recap.pk])).text
    assert "Personne n’a encore donné de phrase." in listed
    again = client.post(address_of(person), {"retirer": "1"})
    assert again["Location"].endswith("?fait=deja-retiree")


def test_who_erases_their_data_is_quoted_no_more(client, admin, person):
    answer(client, person, **SENTENCE, utile="oui")
    quote_it(admin)

    erase(registration=person, by=None, now=NOW)

    assert SENTENCE["sentence"] not in live_recap()
    assert Feedback.objects.get().registration is None
    assert "Vos données ont été effacées" in client.get(address_of(person)).text


def test_fewer_than_five_answers_are_not_shown(client, admin, somebody):
    """desk 12: 4 answers → too few."""
    event = make_past_event(present=5)
    send(event, somebody)
    shown = []
    for person in event.registrations.present().reachable():
        answer(client, person, utile="oui")
        page = admin.get(reverse("events_thanks", args=[event.pk])).text
        shown.append("Trop peu de réponses" not in page)

    assert shown == [False, False, False, False, True]
    assert [(one.answers, one.rows[0]) for one in totals([event])] == [(5, ("Oui", 5))]


def test_other_links_open_nothing(client, person):
    """The personal link of the registration is another secret."""
    stranger = make_registration(person.event, name="Ailleurs")
    token = person.link.strip("/").rpartition("/")[2]

    assert client.get(f"/retours/{token}/").status_code == 404
    assert client.get("/retours/faux/").status_code == 404
    Feedback.objects.all().delete()
    stranger.event.thanks_letter.delete()
    assert client.get(address_of(person)).status_code == 404
