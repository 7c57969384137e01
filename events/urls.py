"""Addresses of events that are not pages."""

from django.urls import include, path

from events import correction_views, personal
from events.calendar import views

OWN = "inscriptions/<str:token>/"

own_urlpatterns = [
    path("", personal.own_registration, name="own_registration"),
    path("modifier/", personal.own_change, name="own_change"),
    path("annuler/", personal.own_cancel, name="own_cancel"),
    path("annuler/<uuid:session>/", personal.own_cancel, name="own_cancel_session"),
    path("adresse/", personal.own_address, name="own_address"),
    path("effacer/", personal.own_erase, name="own_erase"),
    path("evenement.ics", personal.own_calendar, name="own_calendar"),
]

urlpatterns = [
    path("agenda/calendrier.ics", views.agenda_calendar, name="agenda_calendar"),
    path("agenda/<slug:slug>/evenement.ics", views.event_calendar, name="event_calendar"),
    path("inscriptions/agenda/", views.member_calendar_address, name="calendar_address"),
    path(
        "inscriptions/agenda/<str:token>.ics",
        views.member_calendar,
        name="member_calendar",
    ),
    path(
        "inscriptions/corriger/",
        correction_views.correct_sent_address,
        name="correct_sent_address",
    ),
    path("inscriptions/effacee/", personal.own_erased, name="own_erased"),
    path(
        "inscriptions/nouvelle-adresse/<str:token>/",
        personal.own_address_confirm,
        name="own_address_confirm",
    ),
    path(OWN, include(own_urlpatterns)),
]
