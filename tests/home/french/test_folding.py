"""Text normalisation for search: a French reader's query matches an editor's text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.french import fold, index_text, matches, query_terms, slugify_fr
from home.french.folding import MAX_TERMS, singular


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Échange", "echange"),
        ("Cœur de l’Œuvre", "coeur de l oeuvre"),
        ("L'œuf et l’ŒUF", "l oeuf et l oeuf"),
        ("Lætitia", "laetitia"),
        ("1\u202f200\u00a0€ !", "1 200"),
        ("e\u0301lu", "elu"),
        ("parti\u00adci\u200bpant", "participant"),
        ("Straße, İzmir, ﬁn", "strasse izmir fin"),
        ("", ""),
        (" …\n«\u00a0» ", ""),
    ],
)
def test_fold_keeps_bare_lower_case_words(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Échange", "echange echanges ÉCHANGE Échanges"),
        ("un temps d’échange", "echange échange d'echange"),
        ("au cœur du réseau", "coeur cœur cœurs COEUR réseaux"),
        ("participant·es", "participant participants participante participantes"),
        ("participant-es", "participant participants participante participantes"),
        ("participant.e.s", "participant participants participante participantes"),
        ("participant•e•s", "participant participants participante participantes"),
        ("participant⋅es", "participants participantes"),
        ("participant(e)s", "participants participantes"),
        ("participants/participantes", "participant participantes"),
        ("élu·es", "elu elus élue élues elues"),
        ("élu-es", "elus elues"),
        ("élu.e.s", "elus elues"),
        ("élus·es", "elus elues"),
        ("ÉLU·E·S", "elus elues"),
        ("acteur·rices", "acteur acteurs actrice actrices"),
        ("acteur-trice-s", "acteur acteurs actrice actrices"),
        ("acteurs·trices", "acteur acteurs actrice actrices"),
        ("créateur/trice", "createur créatrices"),
        ("directeur/directrice", "directeurs directrices"),
        ("professionnel·les", "professionnels professionnelles"),
        ("décideur-euses", "décideurs decideuses"),
        ("chercheur·se·s", "chercheurs chercheuses"),
        ("auteur·e·s", "auteurs auteures"),
        ("citoyen·nes", "citoyens citoyennes"),
        ("citoyen·es", "citoyens citoyennes"),
        ("ils·elles", "ils elles"),
        ("iels", "ils elles iels"),
        ("eux-elles-mêmes", "eux elles mêmes"),
        ("locaux-ales", "local locale locaux locales"),
        ("habitant·es", "habitant habitantes"),
        ("chacun·e", "chacun chacune"),
        ("chef·fe·s", "chef chefs cheffe cheffes"),
        ("conseiller·ère·s", "conseillers conseillères conseilleres"),
        ("ouvrier·ières", "ouvriers ouvrières"),
        ("nombreux·ses", "nombreux nombreuses"),
        ("actif·ve·s", "actifs actives"),
        ("vice-président·es", "vice présidents presidentes vice-président"),
        ("bénévole·s", "bénévole bénévoles"),
        ("tou·te·s", "tous toutes"),
        ("public·que", "publics publique"),
        ("maire·sse", "maires mairesse"),
        ("réuni-es", "réunis réunies"),
        ("participants", "participant·es participant.e.s PARTICIPANT·ES participant"),
        ("participantes", "participant·es"),
        ("élues", "élu-es"),
        ("actrices", "acteur·rices acteur-trice-s"),
        ("collectivités locales et régionaux", "collectivité régional"),
        ("des travaux, des lieux, des vœux", "travail lieu voeu"),
        ("co-développement", "codéveloppement co-développement développement"),
        ("codéveloppement", "co-développement codeveloppement"),
        ("tiers-lieux", "tiers-lieu tiers lieux lieu"),
        ("Hauts-de-France", "hauts-de-france france"),
        ("peut-être", "peut-etre"),
    ],
)
def test_a_text_is_found_by_each_word_that_a_reader_types(written, asked):
    assert [word for word in asked.split() if not matches(written, word)] == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("la commune", "commun"),
        ("un pari", "Paris"),
        ("le fond", "fonds"),
        ("la porte", "port"),
        ("la cour", "cours"),
        ("élucider", "élu"),
        ("participation", "participant"),
        ("des élus", "élues"),
        ("tiers", "tiers-lieux"),
    ],
)
def test_a_false_friend_is_not_found(written, asked):
    assert not matches(written, asked)


@pytest.mark.parametrize(
    "text",
    [
        "peut-être",
        "rendez-vous",
        "Hauts-de-France",
        "Nord-Pas-de-Calais",
        "Aix-les-Bains",
        "est-elle",
        "donne-les",
        "dit-on",
        "là-dessus",
        "S.N.C.F.",
        "p.ex.",
        "i.e.",
        "et/ou",
        "km/h",
        "bâtiment-E",
        "licence-ès-lettres",
        "https://exemple.fr/participant.es/elu-es",
        "www.participant.es",
        "elu-es@exemple.org",
        "exemple.fr/participant-es",
        "invitation-participant-es.pdf",
        "14h-16h",
        "12.5",
    ],
)
def test_an_ordinary_word_gets_no_other_form_than_its_singular(text):
    folded = fold(text).split()
    expected = [entry for word in folded for entry in dict.fromkeys((word, singular(word)))]
    assert index_text(text).split() == expected


def test_index_text_has_every_form_between_spaces():
    assert index_text("Les élu·es locaux") == " les elu elus elue elues locaux local "
    assert index_text("…") == ""


def test_query_terms_drop_stop_words_next_to_other_words():
    assert query_terms("le rôle des tiers-lieux") == [("role",), ("tier",), ("lieu",)]
    assert query_terms("de la") == [("de",), ("la",)]
    assert query_terms("?!") == []


def test_query_terms_offer_both_genders_of_an_inclusive_form():
    assert query_terms("élu·es et acteur-trice-s") == [("elu", "elue"), ("acteur", "actrice")]


def test_query_terms_are_bounded():
    assert len(query_terms(" ".join(f"mot{number}" for number in range(500)))) == MAX_TERMS


def test_an_empty_query_finds_nothing():
    assert not matches("une page", "")


@pytest.mark.parametrize("text", ["a" * 200_000, "a·" * 100_000, "a.b@" * 50_000, "é-s(" * 50_000])
def test_index_text_stays_fast_on_a_hostile_text(text):
    before = time.perf_counter()

    index_text(text)

    assert time.perf_counter() - before < 5


FRENCHISH = st.text(alphabet="aeéèstrunlcxEÉœŒ ·-.•/()’'@1\u00a0\u202f\u0301\u00ad", max_size=40)


@given(st.text() | FRENCHISH)
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(st.text() | FRENCHISH)
def test_every_indexed_word_and_every_term_is_folded(text):
    words = index_text(text).split()
    terms = [term for group in query_terms(text) for term in group]

    assert [word for word in [*words, *terms] if fold(word) != word] == []


@given(st.text(alphabet="aeéèstrunlcxEÉœŒ ·-.•⋅/()’1\u00a0\u202f", max_size=40))
def test_a_text_answers_the_query_that_repeats_it(text):
    assert not query_terms(text) or matches(text, text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Cœur de l'Œuvre", "coeur-de-l-oeuvre"),
        ("L’été, c’est l’échange !", "l-ete-c-est-l-echange"),
        ("Participant·es : 9h30–12h30", "participant-es-9h30-12h30"),
        ("«\u00a0Et/ou\u00a0»", "et-ou"),
        ("", ""),
    ],
)
def test_slugify_fr_keeps_words_apart(title, slug):
    assert slugify_fr(title) == slug


@given(st.text() | FRENCHISH)
def test_slugify_fr_is_idempotent(text):
    assert slugify_fr(slugify_fr(text)) == slugify_fr(text)
