"""URLs that events add to the back office."""

from django.urls import URLPattern, path

from events.admin import (
    capacity_views,
    change_views,
    edition_views,
    message_views,
    people,
    recaps,
    registration_views,
)


def admin_urls() -> list[URLPattern]:
    return [
        path("evenements/<int:pk>/compte-rendu/", recaps.write_recap, name="events_draft_recap"),
        path("evenements/<int:pk>/inscrits/", people.list_people, name="events_people"),
        path(
            "evenements/comptes-rendus/<int:pk>/notes/",
            recaps.put_notes,
            name="events_recap_notes",
        ),
        path(
            "evenements/<int:pk>/nouvelle-edition/",
            edition_views.begin_new_edition,
            name="events_new_edition",
        ),
        path(
            "evenements/<int:pk>/depuis-la-derniere-fois/",
            edition_views.show_changes,
            name="events_edition_changes",
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
