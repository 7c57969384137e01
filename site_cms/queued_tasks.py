"""Queued tasks whose function has moved to another module: their rows are updated at release."""

from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

#: Former and current dotted path of each moved task. An entry can be removed one release after the move.
MOVED = {
    "home.tasks.deliver": "home.mail.delivery.deliver_row",
    "home.tasks.make_pictures": "home.media.page_pictures.make_page_pictures",
    "home.media.renditions.make_page_pictures": "home.media.page_pictures.make_page_pictures",
    "events.tasks.tell_change": "events.messages.announcements.tell_change",
    "events.tasks.send_group_message": "events.messages.group_messages.send_group_message",
    "directory.tasks.import_members": "directory.member_import.jobs.import_members",
    "site_cms.tasks.watch_what_is_private": "site_cms.privacy_check.watch_what_is_private",
}


def rename_moved_tasks() -> int:
    """Update the dotted paths of waiting tasks. Return the number of rows changed.

    A worker of the former release that is still running cannot run them any more. The clock enqueues again what it
    drops: mail, announcements and messages to groups find their own work.
    """
    waiting = DBTaskResult.objects.filter(
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)
    )
    return sum(
        waiting.filter(task_path=before).update(task_path=now) for before, now in MOVED.items()
    )
