"""Django system checks: of the database, where `release` stops at an error, and of the proxy, said by every command."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 -- its name
from django.db import connections
from django.db.models import Q, QuerySet

ACCOUNTS_OPEN = "site_cms.E001"
PROXY_UNKNOWN = "site_cms.W001"


def https_comes_through_a_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report an https address without a proxy that is trusted to tell https: every page would redirect to itself."""
    if not settings.SECURE_SSL_REDIRECT or settings.TRUSTED_PROXY_COUNT:
        return []
    return [
        Warning(
            "BASE_URL is https and TRUSTED_PROXY_COUNT is 0: behind the proxy every page redirects to itself for ever.",
            hint="Set TRUSTED_PROXY_COUNT to the number of proxies, which must set X-Forwarded-Proto.",
            id=PROXY_UNKNOWN,
        )
    ]


def only_superusers_change_accounts(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report groups and users that may change accounts: in Wagtail's user form they could make themselves superuser."""
    return [
        Error(
            f"{holder} may add, change or delete accounts or groups, and so become superuser.",
            hint="Remove these permissions: members are moderated without them.",
            id=ACCOUNTS_OPEN,
        )
        for database in databases or []
        if is_migrated(database)
        for holder in holders(database)
    ]


def is_migrated(database: str) -> bool:
    """Return whether the tables exist. `migrate` runs the checks before the first migration."""
    needed = {Permission._meta.db_table, get_user_model()._meta.db_table}
    return needed <= set(connections[database].introspection.table_names())


def holders(database: str) -> list[str]:
    """Return the groups and users with such a permission, superusers excepted.

    Reads only columns of the first migration, because `migrate` runs the checks before adding the others.
    """
    granted = permissions_on_accounts(database)
    groups = Group.objects.using(database).filter(permissions__in=granted).distinct()
    users = get_user_model().objects.using(database).filter(user_permissions__in=granted)
    others = users.exclude(is_superuser=True).distinct()
    return [
        *(f"The group {name}" for name in groups.values_list("name", flat=True)),
        *(f"The account {key}" for key in others.values_list("pk", flat=True)),
    ]


def permissions_on_accounts(database: str) -> QuerySet[Permission]:
    accounts = Q()
    for model in (get_user_model(), Group):
        names = [f"{verb}_{model._meta.model_name}" for verb in ("add", "change", "delete")]
        accounts |= Q(content_type__app_label=model._meta.app_label, codename__in=names)
    return Permission.objects.using(database).filter(accounts)
