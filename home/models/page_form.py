"""Editor form of all pages, with the panel of themes."""

import re
from collections.abc import Iterable
from itertools import count
from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from home.blocks.date_fields import TypedDateField
from home.blocks.holes import LEFT, has_hole
from home.french import slugify_fr
from home.models.page_guards import Act
from home.models.review import due_day_of
from home.models.themes import PageTheme, Theme

SLUG_LENGTH = 120
NUMBER = re.compile(r"-\d{1,2}$")


class SitePageForm(WagtailAdminPageForm):
    """Editor form of all pages: checkboxes for themes, and a slug derived from the title unless the editor gives one.

    The slug may be empty, because drafts are autosaved while the title is still being typed.
    """

    themes = forms.ModelMultipleChoiceField(
        label="thèmes",
        queryset=Theme.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ils rapprochent les contenus entre eux et servent de filtres dans les listes.",
    )

    review_on = TypedDateField(
        label="à relire le",
        required=False,
        help_text="Ce jour-là, la page apparaît sur l’accueil de l’administration. Vide\u00a0: jamais.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "review_on" in (self._meta.fields or []):
            self.initial["review_on"] = due_day_of(self.instance)
        else:
            del self.fields["review_on"]
        if "themes" in (self._meta.fields or []):
            self.initial["themes"] = [link.theme_id for link in self.instance.page_themes.all()]
        else:
            del self.fields["themes"]  # this page type has no panel for them
        if "expire_at" not in self.fields and self.instance.refusal_of(Act.EXPIRE):
            self.instance.expire_at = None  # nobody could correct it in this form
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def add_error(self, field: str | None, error: Any) -> None:
        """Show the page's refusal of an expiry date at the top, if this page type's form has no field for the date."""
        refused = getattr(error, "error_dict", {})
        if "expire_at" in refused and "expire_at" not in self.fields:
            super().add_error(None, refused.pop("expire_at"))
        if field or not hasattr(error, "error_dict") or refused:
            super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            for name in [name for name, value in cleaned.items() if has_hole(value)]:
                self.add_error(name, LEFT)
        return cleaned

    def clean_slug(self) -> str:
        """Return the editor's slug, else a French slug of the title, numbered if a sibling has it.

        The slug that the browser derives from the title as it is typed counts as none, until the first publication.
        """
        written: str = self.cleaned_data["slug"]
        title = self.cleaned_data.get("title", "")
        proposed = written.replace("-", "") == slugify_fr(title).replace("-", "")
        if written and not (proposed and self.instance.first_published_at is None):
            return written
        return self.free_slug(title)

    def free_slug(self, title: str) -> str:
        """Return a French slug of the title, numbered if a sibling has it."""
        wished = slugify_fr(title)[:SLUG_LENGTH] or "page"
        candidates = (wished if number == 1 else f"{wished}-{number}" for number in count(1))
        return next(
            slug
            for slug in candidates
            if Page._slug_is_available(slug, self.parent_page, self.instance)
        )

    def save(self, commit: bool = True) -> Page:
        page = super().save(commit=False)
        if "themes" in self.cleaned_data:
            page.page_themes.set([PageTheme(theme=theme) for theme in self.cleaned_data["themes"]])
        if "review_on" in self.changed_data and self.add_prefix("review_on") in self.data:
            page.review_chosen = self.cleaned_data["review_on"]
        if commit:
            page.save()
        return page


class SiteCopyForm(CopyForm):
    """Wagtail's form of a copy, which proposes a free address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = self.page.get_parent().get_children().values_list("slug", flat=True)
        self.fields["new_slug"].initial = free_slug_among(siblings, wished=self.page.slug)


def free_slug_among(taken: Iterable[str], *, wished: str) -> str:
    """Return the slug, or with the first free number: beside « rencontre » and « rencontre-2 », « rencontre-3 »."""
    taken = set(taken)
    if wished not in taken:
        return wished
    bare = NUMBER.sub("", wished)
    base = bare if bare in taken else wished
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)


class ReviewPanel(FieldPanel):
    """Panel of `SitePageForm.review_on`, which is not a model field."""


class ThemesPanel(FieldPanel):
    """Panel of `SitePageForm.themes`, which is not a model field."""

    def format_value_for_display(self, value: Any) -> str:
        return ", ".join(str(theme) for theme in value)
