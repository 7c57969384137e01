"""URL of the agenda (`EventIndexPage.urlconf`)."""

from django.urls import path

from events.agenda import views

urlpatterns = [path("", views.agenda, name="agenda")]
