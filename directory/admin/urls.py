"""URLs that the directory adds to the back office."""

from django.urls import URLPattern, path

from directory.member_import import views


def admin_urls() -> list[URLPattern]:
    return [
        path("membres/importer/", views.choose_file, name="directory_import"),
        path("membres/importer/modele/", views.template_file, name="directory_import_template"),
        path("membres/importer/<uuid:uuid>/", views.report, name="directory_import_report"),
    ]
