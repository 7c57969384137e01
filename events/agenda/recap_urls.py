"""URL of a recap (`RecapPage.urlconf`)."""

from django.urls import path

from events.agenda import views

urlpatterns = [path("", views.recap, name="recap")]
