"""A column of e-mail addresses: one rule however a row is written or looked for."""

from typing import Any

from django.db import models

from home.mail.addresses import normal_address


class AddressField(models.EmailField):
    """An EmailField that normalises what is validated, saved and looked for (`home.mail.addresses.normal_address`).

    Lookups that ignore case compare what they are given: clean it first.
    """

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs  # the column is the same

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normal_address(text) if isinstance(text, str) else text

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
