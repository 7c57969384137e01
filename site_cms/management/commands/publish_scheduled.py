"""Wagtail's command, which the clock runs each minute: publish and unpublish pages at their hour."""

from typing import Any

from django.utils import timezone
from wagtail.management.commands import publish_scheduled
from wagtail.models import Page

from home.models.page_guards import Act, refusal_of


class Command(publish_scheduled.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dryrun"]:
            self.keep_pages()
        super().handle(*args, **options)

    def keep_pages(self) -> None:
        """Take away the expiry dates of pages that may not expire: typed before that was refused, or before a guest came."""
        for page in Page.objects.live().filter(expire_at__lt=timezone.now()).specific():
            if refusal_of(page, Act.EXPIRE):
                Page.objects.filter(pk=page.pk).update(expire_at=None)
                self.stderr.write(f"Kept, although its expiry date has come: {page.url_path}")
