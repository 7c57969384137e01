"""URLs of the door."""

from django.urls import path

from events.check_in import views

urlpatterns = [
    path("hors-ligne/", views.door_shell, name="door_shell"),
    path("ouvrier.js", views.door_worker, name="door_worker"),
    path("<str:token>/", views.door, name="door"),
    path("<str:token>/liste/", views.door_list, name="door_list"),
]
