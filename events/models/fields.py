"""Model field for a number of places."""

from typing import Any

from django import forms
from django.db import models

MOST_PLACES = 100_000


class PlacesField(models.PositiveIntegerField):
    """A positive integer with one error message for every invalid value, which says what to type."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        sentence = "Écrivez un nombre entier, 1 ou plus, ou laissez vide."
        kwargs |= {"min_value": 1, "max_value": MOST_PLACES}
        kwargs["error_messages"] = {"invalid": sentence, "min_value": sentence}
        return super().formfield(**kwargs)

    def deconstruct(self) -> Any:
        """Pose as Django's own field, so that migrations do not depend on this class."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs
