"""Routes of NewsIndexPage (its `urlconf`)."""

from django.urls import path

from home.pages import list_views

urlpatterns = [
    path("", list_views.news, name="news"),
    path("flux/", list_views.news_feed, name="news_feed"),
]
