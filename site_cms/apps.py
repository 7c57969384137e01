from django.apps import AppConfig


class SiteCmsConfig(AppConfig):
    name = "site_cms"
    verbose_name = "Réglages"
    default_auto_field = "django.db.models.BigAutoField"
