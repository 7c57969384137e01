"""Addresses of directory that are not pages."""

from django.urls import URLPattern, URLResolver, path

from directory.views.joining import join_confirm

urlpatterns: list[URLPattern | URLResolver] = [
    path("rejoindre/confirmer/<str:token>/", join_confirm, name="join_confirm"),
]
