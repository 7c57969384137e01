import pytest

from home.french.characters import one_line, several_lines, without_invisible

FAMILY, KEYCAP, FLAG = "👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\tÉlise\r\nExemple\u2028", "Élise Exemple"),
        ("Élise\u00a0\u202f Exemple\u3000", "Élise Exemple"),
        ("\ufeffÉli\u00adse\u200b Ex\u2060em\u034fple\u202e", "Élise Exemple"),
        ("E\u0301lise\x00\x07\ud800", "Élise"),
        ("e\ufe0fx\u200dy\u200c", "exy"),
        ("\u200b \u2060", ""),
    ],
)
def test_a_line_has_plain_spaces_and_nothing_invisible(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@pytest.mark.parametrize("emoji", [FAMILY, KEYCAP, FLAG, "❤\ufe0f\u200d🔥", "👩🏽\u200d🚀"])
def test_what_makes_one_emoji_of_several_is_kept(emoji: str) -> None:
    assert without_invisible(f"Élise\u200d {emoji}\u200b") == f"Élise {emoji}"


def test_paragraphs_keep_their_lines_and_french_spaces() -> None:
    assert several_lines(" Quoi\u202f?\r\nRien\u2028du\u200b tout\u2029 ") == (
        "Quoi\u202f?\nRien\ndu tout"
    )
