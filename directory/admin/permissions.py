"""What even staff may not do in these lists."""

from typing import Any

from wagtail_modeladmin.helpers import PermissionHelper

from directory.models import User


class NoNewRowsPermissionHelper(PermissionHelper):
    """Members and requests come by joining, and go by leaving: the list neither adds nor deletes."""

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_delete_obj(self, user: User, obj: Any) -> bool:
        return False
