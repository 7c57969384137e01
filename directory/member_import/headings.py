"""Names of columns as people write them: « Nom * », « Adresse mail », « N° de tél. », « Structure / organisme »."""

import re

from home.french import fold

#: Words of a heading and the field that they mean, in the order in which they are looked for.
WORDS = (
    ("first_name", {"prenom", "prenoms", "firstname", "first name"}),
    ("email", {"mail", "email", "mails", "emails", "e mail", "courriel", "courriels", "mel", "electronique", "messagerie"}),
    ("phone", {"telephone", "telephones", "tel", "portable", "mobile", "gsm", "phone"}),
    (
        "organisation",
        {
            "organisation", "organisations", "organisme", "structure", "structures", "employeur", "collectivite",
            "association", "entreprise", "etablissement", "societe", "institution", "rattachement",
        },
    ),
    ("role", {"fonction", "fonctions", "poste", "role", "metier", "mission", "qualite", "mandat"}),
    ("territory", {"territoire", "territoires", "departement", "dept", "dpt", "dep", "epci"}),
    ("city", {"commune", "communes", "ville", "villes", "localite"}),
    ("last_name", {"nom", "noms", "patronyme", "lastname", "last name", "surname"}),
)  # fmt: skip
#: Words after which « nom » is not the name of the person.
OTHER_NAMES = {
    "utilisateur", "fichier", "prenom", "prenoms", "complet", "conjoint", "contact",
    "naissance", "naiss", "fille",
}  # fmt: skip
#: Words that make no other column of one: « Adresse mail », « N° de tél. », « Nom de famille », « Nom d’usage ».
FILLERS = {"adresse", "n", "no", "numero", "de", "d", "du", "la", "l", "famille", "usage", "usuel"}

NEEDED = {"first_name": "Prénom", "last_name": "Nom", "email": "Adresse e-mail"}


def field_of(heading: str) -> str:
    """Return the field of a heading, empty if it is unknown."""
    told = words_of(heading)
    words = set(told.split()) | {told, re.sub(r"\be mails?\b", "mail", told)}
    if "e" in words and words & {"mail", "mails"}:
        words.add("mail")
    for name, known in WORDS:
        if words & known and not (name == "last_name" and words & OTHER_NAMES):
            return "" if names_both(words) else name
    return ""


def words_of(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(re.sub(r"\(.*?\)|\[.*?\]", " ", heading))).strip()


def names_both(words: set[str]) -> bool:
    """Return whether one column holds first and last names together: which is which cannot be told."""
    return bool(words & {"prenom", "prenoms"}) and bool(words & {"nom", "noms"})


def columns_of(headings: list[str]) -> list[str]:
    """Return the field of each column, empty for unknown ones.

    Of two columns for one field counts the one that says nothing more (« Mail », not « Mail de la structure »), else
    the first one.
    """
    names = [field_of(heading) for heading in headings]
    counting: dict[str, int] = {}
    for at, (name, heading) in enumerate(zip(names, headings, strict=True)):
        held = counting.setdefault(name, at)
        if says_only(name, heading) and not says_only(name, headings[held]):
            counting[name] = at
    return [name if counting[name] == at else "" for at, name in enumerate(names)]


def says_only(name: str, heading: str) -> bool:
    """Return whether a heading has no words but those of the field."""
    known = dict(WORDS).get(name, set())
    words = re.sub(r"\be mails?\b", "mail", words_of(heading)).split()
    return bool(words) and all(word in known | FILLERS for word in words)


def missing_from(columns: list[str]) -> list[str]:
    return [label for name, label in NEEDED.items() if name not in columns]


def sentence_of(headings: list[str]) -> str:
    """Return why these are not the headings of a list of members."""
    missing = missing_from(columns_of(headings))
    both = [one for one in headings if names_both(set(fold(one).split()))]
    if both and {"Prénom", "Nom"} & set(missing):
        return f"La colonne «\u00a0{both[0]}\u00a0» porte le nom et le prénom\u00a0: faites-en deux colonnes, Prénom et Nom."
    return f"Il manque une colonne\u00a0: {', '.join(missing)}. Une ligne au-dessus de la liste porte les noms des colonnes."
