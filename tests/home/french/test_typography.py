"""French spaces and apostrophes: rules, text left unchanged, idempotence."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.french import keep_compounds, typo, typo_html

N, F = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("written", "rendered"),
    [
        ("Vous êtes membre ?", f"Vous êtes membre{F}?"),
        ("Inscrivez-vous!", f"Inscrivez-vous{F}!"),
        ("Quoi ?! Vraiment !!", f"Quoi{F}?! Vraiment{F}!!"),
        ("un; deux ; trois", f"un{F}; deux{F}; trois"),
        ("Au programme :", f"Au programme{N}:"),
        ("Format: PDF", f"Format{N}: PDF"),
        ("« bon »", f"«{N}bon{N}»"),
        ("«bon»;", f"«{N}bon{N}»{F};"),
        ("« vraiment ! ».", f"«{N}vraiment{F}!{N}»."),
        (f"déjà{N}: fait{F}!", f"déjà{N}: fait{F}!"),
        (f"trop{N}! peu{F}: fin", f"trop{F}! peu{N}: fin"),
        ("l'échange d'« idées »", f"l’échange d’«{N}idées{N}»"),
        ("aujourd'hui, 'cité'", "aujourd’hui, 'cité'"),
        ("20% ou 13,00 € et 5 kg", f"20{N}% ou 13,00{N}€ et 5{N}kg"),
        ("102,32 ko", f"102,32{N}ko"),
        ("3 l'eau", "3 l’eau"),
        ("35 participants", "35 participants"),
        ("(bon)!", f"(bon){F}!"),
        ("voir https://exemple.fr/a?b=c;d !", f"voir https://exemple.fr/a?b=c;d{F}!"),
        ("écrire à l'adresse o'neil@exemple.fr;", f"écrire à l’adresse o'neil@exemple.fr{F};"),
    ],
)
def test_typo_places_spaces_and_apostrophes(written, rendered):
    assert typo(written) == rendered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:30",
        "http: et https:",
        "https://exemple.fr/l'eau?a=1;b=2",
        "www.exemple.fr/?q=a;b",
        "exemple.fr/page?id=3;x",
        "C:\\dossier",
        "mailto:moi@exemple.fr?subject=l",
        "(!) ? début",
        "14h–16h, 28.04.2022, 100 %20"[:24],
        "x='a'",
    ],
)
def test_typo_leaves_what_is_not_a_sentence(text):
    assert typo(text).replace(N, " ").replace(F, " ") == text
    assert len(typo(text)) == len(text)


@pytest.mark.parametrize(
    ("written", "rendered"),
    [
        ("<b>dialogue</b>!", f"<b>dialogue</b>{F}!"),
        ("<b>dialogue </b>!", f"<b>dialogue{F}</b>!"),
        ("<p>dialogue</p><p>! x</p>", "<p>dialogue</p><p>! x</p>"),
        ('« <a href="/a?b;c">Oser l\'eau</a> »;', f'«{N}<a href="/a?b;c">Oser l’eau</a>{N}»{F};'),
        ("l'<em>eau</em>", "l’<em>eau</em>"),
        ("caf&eacute;&nbsp;! l&#x27;eau &amp; le feu;", f"caf&eacute;{F}! l’eau &amp; le feu{F};"),
        ("a &lt; b;", f"a &lt; b{F};"),
        ("<code>a ; l'b</code> ?", f"<code>a ; l'b</code>{F}?"),
        ("<pre>a !</pre>", "<pre>a !</pre>"),
        ("<script>if (a ? b : c) d;</script>", "<script>if (a ? b : c) d;</script>"),
        ("<style>a > b { x: y !important; }", "<style>a > b { x: y !important; }"),
        ("<textarea>l'eau !</textarea>", "<textarea>l'eau !</textarea>"),
        ('<time datetime="9:30 !">9:30 !</time>', f'<time datetime="9:30 !">9:30{F}!</time>'),
        ("<img alt='l\"eau ; > !'>", "<img alt='l\"eau ; > !'>"),
        ("<!-- l'eau ! -->", "<!-- l'eau ! -->"),
        ("1 < 2 ; l'eau", f"1 < 2{F}; l’eau"),
        ("https://exemple.fr/&amp;b;c ;", f"https://exemple.fr/&amp;b;c{F};"),
    ],
)
def test_typo_html_changes_text_only(written, rendered):
    assert typo_html(written) == rendered


@pytest.mark.parametrize(
    "unit", ["<a ", "<script", "<!", "<!--", "« ", " <b>", " ", "a", "a@", "&", "https:", "<a '\""]
)
def test_typo_html_stays_fast_on_hostile_markup(unit):
    before = time.perf_counter()

    typo_html(unit * 50_000 + "@!")

    assert time.perf_counter() - before < 5


PIECES = st.lists(
    st.sampled_from(
        [
            *("<b>", "</b>", "<p>", "</p>", "<code>", "</code>", '<a href="x;y">', "<!--", "-->"),
            *("&nbsp;", "&eacute;", "&#39;", "&amp;", "http:", "https://a.b/c", "www.", "a@b.c"),
            *"<@a1 l'’«»;!?:%€.…\"()\n\u00a0\u202f\ue000\ue001\ue002",
            *("kg", "mot", " "),
        ]
    ),
    max_size=25,
).map("".join)


@given(PIECES | st.text())
def test_typo_is_idempotent(text):
    assert typo(typo(text)) == typo(text)


@given(PIECES | st.text())
def test_typo_html_is_idempotent(html):
    assert typo_html(typo_html(html)) == typo_html(html)


def _letters(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u2007-\u200a]", "", text).replace("’", "'")


@given(PIECES | st.text())
def test_typo_changes_nothing_but_spaces_and_apostrophes(text):
    assert _letters(typo(text)) == _letters(text)


def test_a_compound_of_a_title_is_kept_together():
    """Face 5: no title is broken at a hyphen."""
    html = '<a href="/porte-a-porte/">«\u00a0Du porte-à-porte\u00a0»\u00a0: l’après-midi</a>, 10-12 tiers-lieux'

    assert keep_compounds(html) == (
        '<a href="/porte-a-porte/">«\u00a0Du <span class="compound">porte-à-porte\u00a0»\u00a0:</span> '
        '<span class="compound">l’après-midi</span></a>, 10-12 <span class="compound">tiers-lieux</span>'
    )
