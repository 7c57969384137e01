"""What Django's checks ask of this site's database; `release` stops where one of them finds an error."""

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
    """Wagtail's screen of users lets whoever changes an account make themselves superuser: no group may."""
    return [
        Error(
            f"{holder} may add, change or delete accounts or groups, and so become superuser.",
            hint="Take these permissions away: members are moderated without them.",
            id=ACCOUNTS_OPEN,
        )
        for database in databases or []
        if is_migrated(database)
        for holder in holders(database)
    ]


def is_migrated(database: str) -> bool:
    """Not yet before the first migration, which asks the checks first."""
    needed = {Permission._meta.db_table, get_user_model()._meta.db_table}
    return needed <= set(connections[database].introspection.table_names())


def holders(database: str) -> list[str]:
    """Groups, and accounts by themselves; superusers need no permission.

    Only columns that stand since the first migration are read: `migrate` asks before it adds the next ones.
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
