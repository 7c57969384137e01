import pytest
from django.core.exceptions import ValidationError

from home.mail.addresses import clean_address, clean_line


def test_clean_address_folds_case_spaces_and_composition() -> None:
    assert clean_address(" E\u0301lise@X.FR ") == "élise@x.fr"


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "a b@c.fr",
        '"<x>"@y.fr',
        "a" * 300 + "@x.fr",
        "a@b.fr\nBcc:x@y.fr",
        "a@x.fr, b@x.fr",
        "a@x.fr;b@x.fr",
        "a\u202eb@x.fr",
        "a\u2028b@x.fr",
        "",
        "<a@x.fr>",
    ],
)
def test_clean_address_refuses(address: str) -> None:
    with pytest.raises(ValidationError):
        clean_address(address)


def test_clean_line_keeps_french_spaces_and_drops_what_breaks_a_line() -> None:
    assert clean_line("  «\u00a0Quoi\u202f?\u00a0»\r\n\tBcc:\u2028x\u202ey ") == (
        "«\u00a0Quoi\u202f?\u00a0» Bcc: x y"
    )
