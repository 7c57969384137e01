"""URLs of events other than pages."""

from django.urls import include, path

from events.calendar import views
from events.certificates import views as certificate_views
from events.check_in import urls as door
from events.feedback.views import give_feedback
from events.registration import address_views, own_views

OWN = "inscriptions/<str:token>/"

own_urlpatterns = [
    path("", own_views.own_registration, name="own_registration"),
    path("modifier/", own_views.own_change, name="own_change"),
    path("annuler/", own_views.own_cancel, name="own_cancel"),
    path("annuler/<uuid:session>/", own_views.own_cancel, name="own_cancel_session"),
    path("reprendre/", own_views.own_take_back, name="own_take_back"),
    path("adresse/", own_views.own_address, name="own_address"),
    path("effacer/", own_views.own_erase, name="own_erase"),
    path("attestation/", certificate_views.own_certificate, name="own_certificate"),
    path("evenement.ics", own_views.own_calendar, name="own_calendar"),
]

urlpatterns = [
    path("agenda/calendrier.ics", views.agenda_calendar, name="agenda_calendar"),
    path("agenda/<slug:slug>/evenement.ics", views.event_calendar, name="event_calendar"),
    path("inscriptions/agenda/", views.member_calendar_address, name="calendar_address"),
    path(
        "inscriptions/agenda/<str:token>.ics",
        views.member_calendar,
        name="member_calendar",
    ),
    path(
        "inscriptions/corriger/",
        address_views.correct_sent_address,
        name="correct_sent_address",
    ),
    path("inscriptions/envoyee/evenement.ics", address_views.sent_calendar, name="sent_calendar"),
    path("inscriptions/effacee/", own_views.own_erased, name="own_erased"),
    path(
        "inscriptions/nouvelle-adresse/<str:token>/",
        own_views.own_address_confirm,
        name="own_address_confirm",
    ),
    path("attestations/", certificate_views.check_certificate, name="check_certificate"),
    path("attestations/<str:code>/", certificate_views.certificate, name="certificate"),
    path("accueil/", include(door)),
    path(OWN, include(own_urlpatterns)),
    path("retours/<str:token>/", give_feedback, name="feedback"),
]
