"""One word for one thing, in everything that people read: the glossary of docs/style.md, and fault 44."""

import re

import pytest

from tests.test_texts import french_texts

#: Words of the glossary’s last column. « URL » and « mail » are refused in sentences only: files and code use them too.
REFUSED = re.compile(
    r"\bcourriels?\b|\bpar mail\b|\bévènements?\b|\b(?:la|une|notre|cette) newsletter\b|\binfolettres?\b|\bOTP\b|\bhyperliens?\b"
    r"|\b(?:vit|vivent|vaut|valent) (?:un|deux|sept|quinze|vingt|trente)\b|\bcopie de tout\b|\bavez repris\b"
    r"|\b(?:une|cette|votre) URL\b|\bURL valide\b|\bchamps? (?:requis|obligatoires?)\b|\bcette valeur\b",
    re.IGNORECASE,
)
#: Words that spreadsheets and mail servers of others use.
OF_OTHERS = ("directory/member_import/headings.py", "home/mail/failures.py")


def refused_in(text: str) -> list[str]:
    return REFUSED.findall(text)


def test_no_text_uses_a_word_that_the_glossary_refuses():
    found = {
        where: words
        for where, text in french_texts()
        if (words := refused_in(text)) and not where.startswith(OF_OTHERS)
    }

    assert found == {}


@pytest.mark.parametrize(
    "text",
    ["Un courriel part.", "Champ requis.", "Écrivez-nous par mail.", "Saisissez une URL valide.", "Cette valeur est fausse.", "Le lien vit un jour.", "Une copie de tout"],
)  # fmt: skip
def test_a_refused_word_is_found(text):
    assert refused_in(text) != []
