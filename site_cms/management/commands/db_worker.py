"""`manage.py db_worker`: django-tasks-db's worker, which goes on after the database has dropped its connection."""

import logging
import time
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django_tasks_db.management.commands import db_worker

logger = logging.getLogger(__name__)
#: Seconds before the database is asked again.
PAUSE = 2.0


class Command(db_worker.Command):
    def handle(self, **options: Any) -> None:
        while True:
            try:
                super().handle(**options)
                return
            except (OperationalError, InterfaceError):
                logger.warning("The database dropped the worker's connection: again in %s s", PAUSE)
                connections.close_all()
                time.sleep(PAUSE)
