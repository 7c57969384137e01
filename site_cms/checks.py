"""Django system checks of the database. `release` stops if one reports an error."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.models import Q, QuerySet

ACCOUNTS_OPEN = "site_cms.E001"


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
