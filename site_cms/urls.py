"""Root URLconf. Wagtail's page view comes last."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern

from directory.accounts.views import to_log_in
from home.admin import page_guards
from home.forms.rate_limits import refuse_flood
from home.pages.views import serve
from home.privacy import admin_views
from home.privacy.photo_removal import remove_photo
from home.views.errors import bad_request, broken, forbidden, not_found

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = broken
handler429 = refuse_flood  # used by allauth's rate limits

urlpatterns = [
    # Wagtail's own log-in pages would bypass rate limits and the second factor.
    path("_util/login/", to_log_in),
    path("admin/login/", to_log_in),
    path("admin/password_reset/", to_log_in),
    # One installation is one site: `release` sets its root page, and its address to BASE_URL.
    re_path(r"^admin/sites/", page_guards.no_sites),
    # Wagtail's acts on pages; those that a page refuses are explained.
    path("admin/pages/<int:page_key>/delete/", page_guards.delete_page),
    path("admin/pages/<int:page_key>/unpublish/", page_guards.unpublish_page),
    path("admin/pages/<int:page_key>/copy/", page_guards.copy_page),
    path("admin/pages/<int:page_key>/move/", page_guards.choose_destination),
    path("admin/pages/<int:page_key>/move/<int:destination>/confirm/", page_guards.confirm_move),
    # Wagtail's privacy forms, with additional checks.
    path("admin/collections/<int:collection_id>/privacy/", admin_views.collection),
    path("admin/collections/<int:pk>/", admin_views.edit_collection),
    path("admin/collections/<int:pk>/delete/", admin_views.remove_collection),
    path("admin/pages/<int:page_id>/privacy/", admin_views.page),
    # A deleted image leaves the pages first.
    path("admin/images/<int:image_id>/delete/", remove_photo),
    path("admin/", include(wagtailadmin_urls)),
    path("compte/", include("directory.accounts.urls")),
    path("", include("home.urls")),
    path("", include("events.urls")),
    path("", include("directory.urls")),
    re_path(serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
