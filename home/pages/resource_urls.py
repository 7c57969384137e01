"""Routes of ResourceIndexPage (its `urlconf`)."""

from django.urls import path

from home.pages import list_views

urlpatterns = [path("", list_views.resources, name="resources")]
