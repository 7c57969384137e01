import pytest
from django.core.exceptions import ValidationError

from home.mail.addresses import ACCENTED, AddressValidator, clean_address, clean_line, deliverable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u00a0\t Elise@X.FR\u202f\n", "elise@x.fr"),
        ("\ufeffeli\u00adse\u200b@x\u2060.fr\ufe0f", "elise@x.fr"),
        ("\u202aelise@x.fr\u202c", "elise@x.fr"),
        ("elise\uff20x.fr", "elise@x.fr"),
        ("elise@e\u0301cole.fr", "elise@école.fr"),
        ("elise@xn--cole-9oa.fr", "elise@école.fr"),
    ],
)
def test_clean_address_keeps_one_writing_of_an_address(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept
    assert clean_address(kept) == kept


def test_an_accent_before_the_at_sign_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_address("élise@école.fr")

    assert refusal.value.messages == [ACCENTED]


@pytest.mark.parametrize(
    "typed", ["Élise <elise@exemple.fr>", "élise petit@exemple.fr", "a@exemple.fr, é@exemple.fr"]
)
def test_what_is_no_address_is_not_refused_for_its_accents(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_address(typed)

    assert refusal.value.messages == [AddressValidator.message]


def test_a_domain_with_accents_is_delivered_in_ascii() -> None:
    assert deliverable("elise@école.fr") == "elise@xn--cole-9oa.fr"
    assert deliverable("elise@exemple.fr") == "elise@exemple.fr"


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "a b@c.fr",
        '"<x>"@y.fr',
        "a" * 300 + "@x.fr",
        "a" * 65 + "@x.fr",
        "a@[192.0.2.1]",
        "a@x.fr.",
        "mailto:a@x.fr",
        "a@b.fr\nBcc:x@y.fr",
        "a@x.fr, b@x.fr",
        "a@x.fr;b@x.fr",
        "a\u2028b@x.fr",
        "",
        "<a@x.fr>",
        "a@\U0001f4a9.fr",
    ],
)
def test_clean_address_refuses(address: str) -> None:
    with pytest.raises(ValidationError):
        clean_address(address)


def test_clean_line_keeps_french_spaces_and_drops_what_breaks_a_line() -> None:
    assert clean_line("  «\u00a0Quoi\u202f?\u00a0»\r\n\tBcc:\u2028x\u202ey ") == (
        "«\u00a0Quoi\u202f?\u00a0» Bcc: x y"
    )
