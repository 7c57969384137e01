"""URLs of the directory that are not below a page."""

from django.urls import URLPattern, URLResolver, path

from directory.cards.confirmation_views import confirm_card
from directory.departures.inactivity_views import stay
from directory.departures.views import come_back, gone
from directory.membership.views import join_confirm

urlpatterns: list[URLPattern | URLResolver] = [
    path("rejoindre/confirmer/<str:token>/", join_confirm, name="join_confirm"),
    path("rejoindre/revenir/<str:token>/", come_back, name="come_back"),
    path("rejoindre/au-revoir/", gone, name="gone"),
    path("rejoindre/fiche/<str:token>/", confirm_card, name="confirm_card"),
    path("rejoindre/rester/<str:token>/", stay, name="stay"),
]
