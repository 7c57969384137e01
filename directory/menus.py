"""Addresses that the directory adds to the back office."""

from django.urls import URLPattern, path

from directory.views import importing


def admin_urls() -> list[URLPattern]:
    return [
        path("membres/importer/", importing.bring, name="directory_import"),
        path("membres/importer/modele/", importing.template_file, name="directory_import_template"),
        path("membres/importer/<uuid:uuid>/", importing.report, name="directory_import_report"),
    ]
