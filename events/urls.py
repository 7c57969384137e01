"""Addresses of events that are not pages."""

from django.urls import path

from events import views

urlpatterns = [
    path("agenda/calendrier.ics", views.agenda_calendar, name="agenda_calendar"),
    path("agenda/<slug:slug>/evenement.ics", views.event_calendar, name="event_calendar"),
]
