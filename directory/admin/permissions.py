"""Permission helpers of the back office's lists."""

from typing import Any

from wagtail_modeladmin.helpers import PermissionHelper

from directory.models import User


class NoNewRowsPermissionHelper(PermissionHelper):
    """Forbids adding and deleting rows: members and requests are created by joining and deleted by leaving."""

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_delete_obj(self, user: User, obj: Any) -> bool:
        return False
