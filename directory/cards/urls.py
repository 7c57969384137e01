"""URLs below the directory page (`DirectoryPage.urlconf`)."""

from django.urls import path

from directory.cards import views
from directory.messages import views as message_views

urlpatterns = [
    path("", views.directory, name="directory"),
    path("<slug:slug>/", views.card, name="card"),
    path("<slug:slug>/photo/", views.photo, name="photo"),
    path("<slug:slug>/ecrire/", message_views.write, name="write"),
    path("<slug:slug>/contact/", views.vcard_file, name="vcard"),
]
