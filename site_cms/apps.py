from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from wagtail.users.apps import WagtailUsersAppConfig


class SiteCmsConfig(AppConfig):
    name = "site_cms"
    verbose_name = "Réglages"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from site_cms import checks  # noqa: PLC0415 -- app ready
        from site_cms.shelf.writes import watch  # noqa: PLC0415 -- app ready

        register(checks.only_superusers_change_accounts, Tags.database)
        register(checks.https_comes_through_a_proxy, Tags.security)
        connection_created.connect(watch, dispatch_uid="site_cms.shelf")


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's screens of accounts and groups, with our forms."""

    def ready(self) -> None:
        from directory.admin.accounts import AccountViewSet  # noqa: PLC0415 -- app ready
        from home.admin.groups import SiteGroupViewSet  # noqa: PLC0415 -- app ready

        self.user_viewset = f"{AccountViewSet.__module__}.{AccountViewSet.__qualname__}"
        self.group_viewset = f"{SiteGroupViewSet.__module__}.{SiteGroupViewSet.__qualname__}"
