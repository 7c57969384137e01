"""Results of the nightly privacy check, one row per run."""

from datetime import datetime

from django.db import models


class PrivacyCheck(models.Model):
    """A run of the privacy check, by the clock or the command `sentinelle`."""

    checked_at = models.DateTimeField("vérifié le", db_index=True)
    #: Checked URLs by kind, so that the next run notices missing ones.
    addresses = models.JSONField("adresses vérifiées", default=dict)
    findings = models.JSONField("constats", default=list)

    class Meta:
        ordering = ["-checked_at", "-pk"]
        get_latest_by = "checked_at"
        verbose_name = "vérification de ce qui est privé"
        verbose_name_plural = "vérifications de ce qui est privé"

    def __str__(self) -> str:
        return f"{self.checked_at:%d/%m/%Y}, {len(self.findings)}"

    @property
    def is_green(self) -> bool:
        return not self.findings

    @property
    def count(self) -> int:
        return sum(len(addresses) for addresses in self.addresses.values())

    def is_late(self, at: datetime) -> bool:
        """Return whether the check is at least two days old, so that a nightly run is missing."""
        return (at - self.checked_at).days >= 2
