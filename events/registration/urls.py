"""The address of an event, to which its form is sent (`EventPage.urlconf`)."""

from django.urls import path

from events.registration import views

urlpatterns = [path("", views.event_page, name="event")]
