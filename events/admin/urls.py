"""URLs that events add to the back office."""

from django.urls import URLPattern, URLResolver, include, path

from events.admin import (
    capacity_views,
    certificate_views,
    change_views,
    door_views,
    edition_views,
    event_day,
    follow_views,
    message_views,
    move_views,
    people,
    recaps,
    registration_views,
    sheet_views,
    thanks_views,
)

#: Each below the key of an event.
EVENT_URLS = [
    path("suivre/", follow_views.follow, name="events_follow"),
    path("attestations/", certificate_views.send_to_everybody, name="events_certificates"),
    path("suivre/avis/", follow_views.follow_notice, name="events_follow_notice"),
    path("deplacer/", move_views.show_move, name="events_move"),
    path("nouvelle-edition/", edition_views.begin_new_edition, name="events_new_edition"),
    path("accueil/", door_views.show_door, name="events_door"),
    path("presence/", door_views.tick_on_list, name="events_tick"),
    path("inscrits/", people.list_people, name="events_people"),
    path("compte-rendu/", recaps.write_recap, name="events_draft_recap"),
    path("remercier/", thanks_views.write_thanks, name="events_thanks"),
    path("depuis-la-derniere-fois/", edition_views.show_changes, name="events_edition_changes"),
]
#: Each below the screen « Le jour même » of an event.
DAY_URLS = [
    path("", event_day.show_event_day, name="events_day"),
    path("feuille/<uuid:session>/", sheet_views.make_sheet, name="events_make_sheet"),
    path("feuilles/<int:sheet>/", sheet_views.download_sheet, name="events_sheet"),
    path("feuilles/<int:sheet>/absences/", sheet_views.note_absences, name="events_absences"),
    path("badges/<uuid:session>/", sheet_views.download_badges, name="events_badges"),
    path("tables/<uuid:uuid>/", sheet_views.show_tables, name="events_tables"),
    path("tables/<uuid:uuid>/feuilles/", sheet_views.download_tables, name="events_table_sheets"),
    path("photos/", sheet_views.add_photos, name="events_add_sheet_photos"),
    path("photos/<uuid:uuid>/", sheet_views.download_photo, name="events_sheet_photo"),
    path(
        "photos/<uuid:uuid>/supprimer/",
        sheet_views.delete_photo,
        name="events_delete_sheet_photo",
    ),
]


def admin_urls() -> list[URLPattern | URLResolver]:
    return [
        path("evenements/<int:pk>/", include(EVENT_URLS)),
        path("evenements/<int:pk>/le-jour-meme/", include(DAY_URLS)),
        path(
            "evenements/comptes-rendus/<int:pk>/notes/",
            recaps.put_notes,
            name="events_recap_notes",
        ),
        path(
            "evenements/comptes-rendus/<int:pk>/phrases/",
            thanks_views.choose_quotations,
            name="events_quotations",
        ),
        path(
            "evenements/changements/<uuid:uuid>/",
            change_views.announce_change,
            name="events_announce_change",
        ),
        path(
            "evenements/places/<str:token>/",
            capacity_views.confirm_places,
            name="events_confirm_places",
        ),
        path(
            "inscriptions/<int:pk>/attestation/",
            certificate_views.download_certificate,
            name="events_certificate",
        ),
        path(
            "inscriptions/documents/<uuid:uuid>/",
            registration_views.answer_file,
            name="events_answer_file",
        ),
        path(
            "evenements/<int:pk>/message/",
            message_views.write_to_group,
            name="events_write_to_group",
        ),
    ]
