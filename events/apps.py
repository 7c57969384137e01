from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Agenda"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the `singledispatch` implementations for home's functions, and the publication receiver."""
        from events.agenda import frames, leaflet, schema_org, share_images  # noqa: F401, PLC0415 -- app ready
        from events.registration import views, waiting_list  # noqa: F401, PLC0415 -- app ready
