"""Results of the comparison of kept public pages with pages made again, one row per run."""

from datetime import datetime, timedelta

from django.db import models

#: How long the team sees that an old page was found.
TOLD = timedelta(days=1)


class FreshnessCheckQuerySet(models.QuerySet["FreshnessCheck"]):
    def to_tell(self, at: datetime) -> "FreshnessCheckQuerySet":
        """Return the runs of the last day that found an old page, latest first."""
        return self.filter(checked_at__gt=at - TOLD).exclude(stale=[])


class FreshnessCheck(models.Model):
    """A run of the comparison (site_cms.freshness_check)."""

    checked_at = models.DateTimeField("comparé le", db_index=True)
    count = models.PositiveIntegerField("pages comparées")
    #: Addresses of pages that were not what they would be now.
    stale = models.JSONField("pages anciennes", default=list)

    objects = FreshnessCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-pk"]
        verbose_name = "comparaison des pages gardées"
        verbose_name_plural = "comparaisons des pages gardées"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.checked_at:%d/%m/%Y}, {len(self.stale)}"
