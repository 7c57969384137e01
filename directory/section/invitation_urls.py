"""URLs below the list of invitations (`InvitationsPage.urlconf`)."""

from django.urls import path

from directory.section import invitation_views

urlpatterns = [
    path("", invitation_views.invitations, name="invitations"),
    path("<int:pk>/telecharger/", invitation_views.download, name="download"),
]
