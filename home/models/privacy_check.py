"""What the nightly check of everything private found, one row for each run."""

from datetime import datetime

from django.db import models


class PrivacyCheck(models.Model):
    """One run of the command `sentinelle`. Rows are written by it alone."""

    checked_at = models.DateTimeField("vérifié le", db_index=True)
    #: What was asked, by kind, so that the next run sees what is no longer there.
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
        """Whether a night went by without a check."""
        return (at - self.checked_at).days >= 2
