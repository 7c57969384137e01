"""Thousands of fake members and organisations, for benchmarks. The same at every run."""

import random
from collections.abc import Iterator, Sequence

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import prefetch_related_objects

from directory.membership.admission import members_group
from directory.models import Card, Member, Organisation, Territory, User
from directory.models.search_text import searched_text
from directory.models.visibility import ME
from home.french import fold, slugify_fr
from home.models import Theme

FIRST_NAMES = (
    "Agathe", "Amina", "Basile", "Cécile", "Djamel", "Élodie", "Fatou", "Gauthier", "Hélène", "Ismaël", "Jeanne",
    "Karim", "Léonie", "Maël", "Noémie", "Oscar", "Perrine", "Quentin", "Rachida", "Solène", "Théo", "Ursule",
    "Victor", "Wassila", "Yaël", "Zoé",
)  # fmt: skip
STARTS = ("Del", "Van", "Le", "Bou", "Car", "Du", "Ha", "Lam", "Mar", "Que", "Ro", "Wat")
ENDINGS = (
    "attre",
    "becque",
    "bert",
    "court",
    "dier",
    "fèvre",
    "laert",
    "mont",
    "quin",
    "relle",
    "tel",
    "voisin",
)
ROLES = (
    "Chargée de participation", "Élu à la démocratie locale", "Animateur de réseau", "Directrice générale",
    "Habitante", "Chercheur", "Coordinatrice", "Médiateur", "Urbaniste", "Bénévole",
)  # fmt: skip
OFFERS = (
    "Raconter notre budget participatif, avec ses ratés.", "Prêter une salle et des chaises.",
    "Animer un atelier de codéveloppement.", "Relire une délibération.", "Une méthode de tirage au sort.",
    "Accueillir une visite de notre tiers-lieu.", "Former des agents à l’écoute.",
)  # fmt: skip
SEEKS = (
    "Une commune qui a réussi à réunir le soir.", "Un juriste pour nos conventions.", "Des retours sur l’eau.",
    "Un covoiturage vers Amiens.", "Des outils pour des réunions courtes.",
)  # fmt: skip
NAMES = ("Les Ateliers", "La Fabrique", "Le Collectif", "Le Conseil", "La Maison", "L’Atelier")
OBJECTS = (
    "du canal",
    "des voisins",
    "des communs",
    "de la citoyenneté",
    "du marais",
    "des terrils",
)
SLICE = 500


#: Seeded, so that every run gives the same data. Not used for secrets.
chance = random.Random(2024)  # noqa: S311


def make_crowd(*, members: int, organisations: int) -> None:
    """Create fake cards in batches of 500, each in its own transaction. Sends no e-mail and sets no password."""
    territories = [None, *Territory.objects.all()]
    themes = list(Theme.objects.all())
    for numbers in slices(organisations):
        make_organisations(numbers, territories, themes)
    places = list(Organisation.objects.select_related("territory"))
    for numbers in slices(members):
        make_members(numbers, [None, *places], themes)


def slices(count: int) -> Iterator[range]:
    """Yield batches of `count` numbers not used by an earlier run."""
    start = Card.objects.count()
    for first in range(start, start + count, SLICE):
        yield range(first, min(first + SLICE, start + count))


@transaction.atomic
def make_organisations(
    numbers: range, territories: list[Territory | None], themes: list[Theme]
) -> None:
    organisations = [
        Organisation(
            name=f"{chance.choice(NAMES)} {chance.choice(OBJECTS)} n° {number}",
            kind=chance.choice(Organisation.Kind.values),
            territory=chance.choice(territories),
            presentation=chance.choice(OFFERS),
            visibility=some_hidden(),
        )
        for number in numbers
    ]
    write(organisations, themes)


@transaction.atomic
def make_members(
    numbers: range, organisations: list[Organisation | None], themes: list[Theme]
) -> None:
    users = User.objects.bulk_create(make_user(number) for number in numbers)
    User.groups.through.objects.bulk_create(
        User.groups.through(user=user, group=members_group()) for user in users
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    write([make_crowd_member(user, chance.choice(organisations)) for user in users], themes)


def make_user(number: int) -> User:
    user = User(
        email=f"foule-{number}@example.org",
        first_name=chance.choice(FIRST_NAMES),
        last_name=f"{chance.choice(STARTS)}{chance.choice(ENDINGS)}-{number}",
    )
    user.set_unusable_password()
    return user


def make_crowd_member(user: User, organisation: Organisation | None) -> Member:
    return Member(
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        name=user.get_full_name(),
        organisation=organisation,
        territory=organisation.territory if organisation else None,
        role=chance.choice(ROLES),
        offers=chance.choice(OFFERS),
        seeks=chance.choice(SEEKS),
        visibility=some_hidden(),
    )


def some_hidden() -> dict[str, str]:
    """Return visibility settings that hide one field on one card in four."""
    return (
        {chance.choice(("territory", "themes", "offers", "presentation")): ME}
        if chance.random() < 0.25
        else {}
    )


def write(cards: Sequence[Member | Organisation], themes: list[Theme]) -> None:
    """Insert the cards. With multi-table inheritance only the parent rows can be written in bulk."""
    shared = [field.attname for field in Card._meta.concrete_fields if not field.primary_key]
    for card in cards:
        card.sort_key, card.slug = fold(card.sorting_name), slugify_fr(card.name)
    rows = Card.objects.bulk_create(
        Card(**{name: getattr(card, name) for name in shared}) for card in cards
    )
    for card, row in zip(cards, rows, strict=True):
        card.card = row
        card.save_base(raw=True, force_insert=True)
    through = Card.themes.through
    through.objects.bulk_create(
        through(card_id=card.pk, theme=theme)
        for card in cards
        for theme in chance.sample(themes, min(len(themes), chance.randrange(4)))
    )
    prefetch_related_objects(rows, "themes")
    for card, row in zip(cards, rows, strict=True):
        row.search_text = searched_text(card)
    Card.objects.bulk_update(rows, ["search_text"])
