"""URLs below the members' section (`MembersPage.urlconf`)."""

from django.urls import path

from directory.cards import confirmation_views, own_card_views
from directory.departures import views as departure_views
from directory.membership import referral_views
from directory.messages import views as message_views
from directory.section import data_copy_views, views

urlpatterns = [
    path("", views.section_home, name="section_home"),
    path("ma-fiche/", own_card_views.own_card, name="own_card"),
    path("ma-fiche/confirmer/", confirmation_views.confirm_own_card, name="confirm_own_card"),
    path("inviter/", referral_views.invite, name="invite"),
    path("inscriptions/", views.own_registrations, name="own_registrations"),
    path("enregistrements/", views.own_bookmarks, name="own_bookmarks"),
    path("messages/", message_views.received, name="own_messages"),
    path("messages/<uuid:uuid>/", message_views.message, name="own_message"),
    path("mes-donnees/", views.own_data, name="own_data"),
    path("mes-donnees/copie/", data_copy_views.own_copy, name="own_copy"),
    path("mes-donnees/quitter/", departure_views.leave, name="leave"),
]
