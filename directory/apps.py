from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Réseau"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the `singledispatch` implementations for home's forms."""
        from directory.cards import workplace  # noqa: F401, PLC0415 -- app ready
        from directory.membership import views  # noqa: F401, PLC0415 -- app ready
