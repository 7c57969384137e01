"""URLs of the home app that are not pages."""

from django.urls import URLPattern, URLResolver, path

from home.newsletter import views
from home.pages.oembed import oembed
from home.privacy.downloads import document, media
from home.theme.colours import colours
from home.views.machines import health, icon, robots, sitemap
from home.views.search import search
from home.views.site_map import site_map

urlpatterns: list[URLPattern | URLResolver] = [
    path("couleurs.css", colours, name="colours"),
    path("lettre/", views.letter, name="letter"),
    path("lettre/merci/", views.letter_thanks, name="letter_thanks"),
    path("lettre/confirmer/<str:token>/", views.letter_confirm, name="letter_confirm"),
    path("lettre/quitter/<str:token>/", views.letter_leave, name="letter_leave"),
    path("recherche/", search, name="search"),
    path("plan-du-site/", site_map, name="site_map"),
    path("documents/<uuid:uuid>/", document, name="document"),
    path("documents/<uuid:uuid>/<path:name>", document, name="document"),
    path("media/<path:path>", media, name="media"),
    path("oembed/", oembed, name="oembed"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", icon, {"name": "favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", icon, {"name": "touch-icon.png"}, name="touch_icon"),
    path("healthz", health, name="health"),
]
