"""Every address of the site that is not a page; pages answer last."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern

from directory.accounts.views import to_log_in
from home.forms.rate_limits import refuse_flood
from home.pages.views import serve
from home.privacy import admin_views
from home.views.errors import forbidden

handler403 = forbidden
handler429 = refuse_flood  # asked for by allauth's own limits

urlpatterns = [
    # Wagtail's own log-in pages would skip the limits and the second factor of the one log-in.
    path("_util/login/", to_log_in),
    path("admin/login/", to_log_in),
    path("admin/password_reset/", to_log_in),
    # Wagtail's forms of privacy, with what they do not ask.
    path("admin/collections/<int:collection_id>/privacy/", admin_views.collection),
    path("admin/collections/<int:pk>/", admin_views.edit_collection),
    path("admin/pages/<int:page_id>/privacy/", admin_views.page),
    path("admin/", include(wagtailadmin_urls)),
    path("compte/", include("directory.accounts.urls")),
    path("", include("home.urls")),
    path("", include("events.urls")),
    path("", include("directory.urls")),
    re_path(serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
