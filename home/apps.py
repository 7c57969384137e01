from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the form fields of the back office, before Wagtail makes its first form."""
        from home.admin.field_types import register_field_types  # noqa: PLC0415 -- app ready

        register_field_types()
