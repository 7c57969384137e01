"""Figures of what home itself holds: resources and the newsletter."""

from collections.abc import Iterator

from django.db.models import Q

from home.figures.answers import CONTENT, NETWORK, Figure, Scope
from home.models import ResourcePage, Subscriber


def home_figures(scope: Scope) -> Iterator[Figure]:
    """Count resources, and for the whole year subscribers (hook `register_year_figures`)."""
    resources = ResourcePage.objects.live().filter(
        first_published_at__gte=scope.begins, first_published_at__lt=scope.ends
    )
    if scope.theme:
        resources = resources.filter(page_themes__theme__slug=scope.theme)
    yield Figure(
        "ressources",
        CONTENT,
        "Ressources publiées",
        "Les pages de ressources publiées pour la première fois dans l’année, et qui le sont encore.",
        resources.count(),
    )
    if not scope.theme:
        yield subscribers(scope)


def subscribers(scope: Scope) -> Figure:
    stays = Q(left_at=None) | Q(left_at__gt=min(scope.ends, scope.now))
    until = min(scope.ends, scope.now)
    number = Subscriber.objects.filter(stays, confirmed_at__lt=until).count()
    return Figure(
        "abonnes",
        NETWORK,
        "Abonné·es à la lettre",
        "Les adresses dont l’abonnement est confirmé et n’est pas quitté, au 31 décembre\u202f; aujourd’hui, tant que "
        "l’année n’est pas finie. Les adresses effacées depuis n’y sont plus.",
        number,
        counts_people=True,
    )
