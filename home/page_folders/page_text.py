"""A page as one file: a YAML header, whose keys are names of fields, and a Markdown body.

`format: 1` says that the file is read to the letter. `page.md` is what the public reads, or the newest draft of a page
that is not public; beside it stand `draft.md`, changes that are not published, and `scheduled.md`, those that a date publishes
when they are not the newest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import BaseViewRestriction, Page, PageViewRestriction

from home.page_folders import plain_yaml, rows
from home.page_folders.body import BodyText, body_text
from home.page_folders.names import Finds, Names
from home.page_import.page_file import split_file
from home.page_import.refusal import ImportRefusal
from home.page_import.refused_markup import refuse_scripts

FORMAT = 1
PAGE_FILE, DRAFT, SCHEDULED = "page.md", "draft.md", "scheduled.md"
#: Names of fields for people.
ALIASES = {
    "first_published_at": "published",
    "updated_on": "updated",
    "page_themes": "themes",
    "related_pages": "related",
    "translation_key": "key",
}
FIELDS = {alias: name for name, alias in ALIASES.items()}
#: Moments of the page, which saving it would set to now.
MOMENTS = ("last_published_at", "latest_revision_created_at")
#: Types that have a name in files written by hand; the others have that of their model.
KINDS = {
    "article": "home.NewsPage",
    "resource": "home.ResourcePage",
    "page": "home.StandardPage",
    "event": "events.EventPage",
    "recap": "events.RecapPage",
}


def kind_of(model: type[Page]) -> str:
    label = str(model._meta.label)
    return next((kind for kind, name in KINDS.items() if name == label), label)


def model_of(kind: Any) -> type[Page] | None:
    """Return the type of that name, None if this site does not have it."""
    try:
        model = apps.get_model(KINDS.get(str(kind), str(kind)))
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Page) and model is not Page else None


@dataclass(frozen=True)
class Version:
    """A version of a page, in the file of that name."""

    file: str
    page: Page
    #: When it will be published, if a date was approved.
    goes_live: datetime | None = None


def versions_of(page: Page) -> list[Version]:
    """Return what is published, or else the newest draft, then what is not published yet."""
    latest = page.latest_revision
    planned = page.revisions.exclude(approved_go_live_at=None).order_by("-pk").first()
    when = planned.approved_go_live_at if planned else None
    newest = latest.as_object() if latest else page
    is_planned = planned is not None and planned.pk == page.latest_revision_id
    found = []
    if not page.live:
        found.append(Version(PAGE_FILE, newest, when if is_planned else None))
    else:
        found.append(Version(PAGE_FILE, page))
        if page.has_unpublished_changes and latest:
            found.append(Version(DRAFT, newest, when if is_planned else None))
    if planned is not None and not is_planned:
        found.append(Version(SCHEDULED, planned.as_object(), when))
    return found


# Writing


def text_of(version: Version, page: Page, order: int, names: Names) -> str:
    """Return the file of one version. `order` counts from 1 among the pages beside it."""
    header: dict[str, Any] = {"format": FORMAT, "type": kind_of(type(page))}
    if version.file == PAGE_FILE:
        header |= page_facts(page, order, names)
    if version.goes_live:
        header["goes_live"] = moment(version.goes_live)
    fields = list(rows.content_fields(type(page)))
    content = {"title": "", "slug": ""} | rows.plain_row(version.page, fields, names)
    body = content.pop("body", [])
    content |= rows.plain_children(version.page, names)
    header |= {str(ALIASES.get(name, name)): value for name, value in content.items()}
    text = body_text(body)
    return f"---\n{plain_yaml.dump(header)}---\n" + (f"\n{text}" if text else "")


def page_facts(page: Page, order: int, names: Names) -> dict[str, Any]:
    """Return what is true of a page and not of one of its versions."""
    facts: dict[str, Any] = {
        "path": names.page(page.pk),
        "order": order,
        "state": "published" if page.live else "draft",
        "key": str(page.translation_key),
    }
    if page.expired:
        facts["expired"] = True
    if page.alias_of_id:
        facts["alias_of"] = names.page(page.alias_of_id)
    for name in MOMENTS:
        if getattr(page, name):
            facts[name] = moment(getattr(page, name))
    privacy = [plain_restriction(one) for one in page.view_restrictions.order_by("pk")]
    return facts | ({"privacy": privacy} if privacy else {})


def moment(value: datetime) -> str:
    return timezone.localtime(value).isoformat()


def plain_restriction(one: BaseViewRestriction) -> dict[str, Any]:
    found: dict[str, Any] = {"type": one.restriction_type}
    if one.restriction_type == BaseViewRestriction.PASSWORD:
        found["password"] = one.password
    if one.restriction_type == BaseViewRestriction.GROUPS:
        found["groups"] = sorted(group.name for group in one.groups.all())
    return found


# Reading


@dataclass
class PageText:
    """A file that was read. `finds` is asked only when it is written to a page."""

    header: dict[str, Any]
    body: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return str(self.header["path"])

    @property
    def model(self) -> type[Page]:
        found = model_of(self.header["type"])
        assert found is not None  # noqa: S101 -- read_text has refused the others
        return found

    @property
    def is_published(self) -> bool:
        return self.header.get("state") == "published"

    def moment(self, name: str) -> datetime | None:
        value = self.header.get(name)
        return parse_datetime(str(value)) if value else None

    def fill(self, page: Page, finds: Finds) -> None:
        """Set the fields and the rows of the page, which is not saved. Raise Unreadable for a value that does not fit."""
        fields = list(rows.content_fields(type(page)))
        rows.fill_row(page, fields, self.header | {"body": self.body}, finds)
        rows.fill_children(page, self.header, finds)

    def restrict(self, page: Page) -> None:
        """Let the same groups see the page as where it comes from. A group that is not here is made, empty."""
        wanted = self.header.get("privacy") or []
        if wanted == [plain_restriction(one) for one in page.view_restrictions.order_by("pk")]:
            return
        page.view_restrictions.all().delete()
        for one in wanted:
            made = PageViewRestriction.objects.create(
                page=page, restriction_type=one["type"], password=one.get("password", "")
            )
            made.groups.set(
                Group.objects.get_or_create(name=name)[0] for name in one.get("groups", [])
            )


def read_text(content: bytes) -> PageText:
    """Parse a file. Raise ImportRefusal, with the line, if it is not one that an export wrote or a person mended."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ImportRefusal(content.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    header_text, body, line = split_file(text)
    header = plain_yaml.load(header_text, 2)
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ImportRefusal(2, f"format: {FORMAT} is expected")
    if model_of(header.get("type")) is None:
        raise ImportRefusal(2, f"type: {header.get('type')!r} is not known here")
    refuse_scripts(text, 1)
    checked_privacy(header)
    named = {str(FIELDS.get(name, name)): value for name, value in header.items()}
    return PageText(named, BodyText(body, line).items())


def checked_privacy(header: dict[str, Any]) -> None:
    """Refuse a restriction that is not read whole: the page would be public."""
    kinds = {BaseViewRestriction.PASSWORD, BaseViewRestriction.GROUPS, BaseViewRestriction.LOGIN}
    privacy = header.get("privacy", [])
    if not isinstance(privacy, list):
        raise ImportRefusal(2, "privacy: a list is expected")
    for one in privacy:
        if not isinstance(one, dict) or one.get("type") not in kinds:
            raise ImportRefusal(2, "privacy: type is none of " + ", ".join(sorted(kinds)))
        groups = one.get("groups", [])
        if not isinstance(groups, list) or not all(isinstance(name, str) for name in groups):
            raise ImportRefusal(2, "privacy: groups: a list of names is expected")
