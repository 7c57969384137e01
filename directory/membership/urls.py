"""URLs of the page to join (`JoinPage.urlconf`)."""

from django.urls import path

from directory.membership import views

urlpatterns = [
    path("", views.join, name="join"),
    path("envoyee/", views.join_sent, name="join_sent"),
]
