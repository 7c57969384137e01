"""URL of an event's page, which also receives its form (`EventPage.urlconf`)."""

from django.urls import path

from events.registration import views

urlpatterns = [path("", views.event_page, name="event")]
