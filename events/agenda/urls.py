"""URLs of the agenda (`EventIndexPage.urlconf`)."""

from django.urls import path

from events.agenda import open_data, views

urlpatterns = [
    path("", views.agenda, name="agenda"),
    path("donnees/json/", open_data.agenda_json, name="agenda_json"),
    path("donnees/csv/", open_data.agenda_csv, name="agenda_csv"),
]
