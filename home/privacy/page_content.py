"""Take something out of what a page shows, and out of its draft."""

from collections.abc import Callable

from wagtail.models import Page

from home.access import Account


def take_out_of_page(page: Page, lose: Callable[[Page], bool], *, by: Account | None) -> None:
    """Call `lose` on what is public and on the draft, which may show more. Nothing else is published.

    `lose` changes the page in memory and returns whether there was anything to take out. `by` is None for somebody without an
    account.
    """
    draft = page.get_latest_revision_as_object() if page.latest_revision_id else None
    had_changes = page.has_unpublished_changes
    if lose(page):
        page.save(clean=False)
    if draft is not None and lose(draft):
        revision = draft.save_revision(user=by, log_action=True, clean=False)
        if page.live and not had_changes:
            revision.publish(user=by, skip_permission_checks=True)
