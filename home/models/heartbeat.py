"""Signs of life of the processes that answer no request, in the database so that every host reads them."""

from datetime import datetime, timedelta

from django.db import models

#: How long a process may be silent, by name. A task on the worker's queue lasts seconds; one on another may last.
PATIENCE = timedelta(minutes=5)
LONG_PATIENCE = timedelta(minutes=30)
CLOCK, WORKER = "clock", "worker"
#: The last round of erasures: no process, and never silent.
ERASURES = "erasures"


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, at: datetime) -> None:
        self.update_or_create(name=name, defaults={"at": at})

    def expect(self, name: str, at: datetime) -> None:
        """Count the silence of a process from now on, if it never gave a sign."""
        self.get_or_create(name=name, defaults={"at": at})


class Heartbeat(models.Model):
    name = models.CharField("processus", max_length=32, primary_key=True)
    at = models.DateTimeField("dernier signe")
    #: The same moment by the database's clock, for what must not trust this machine's alone.
    database_at = models.DateTimeField("dernier signe, pour la base", null=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} : {self.at}"

    def is_silent(self, now: datetime) -> bool:
        if self.name == ERASURES:
            return False
        patience = PATIENCE if self.name in {CLOCK, WORKER} else LONG_PATIENCE
        return now - self.at > patience
