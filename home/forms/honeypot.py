"""Honeypot of public forms: a field hidden from people and, once it is filled, a box to tick. Nothing is dropped."""

from typing import Any

from django import forms

FILLED = "Cochez cette case, puis envoyez de nouveau\u00a0: un champ invisible a été rempli, comme le font les robots."


class TrapMixin(forms.Form):
    """Adds a hidden field that must stay empty. Filled, it makes the form invalid until the box is ticked.

    The template must include `components/form_trap.html`, above its button.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Browsers fill in what they know a name for: this one says nothing to them.
        self.fields["sujet_libre"] = forms.CharField(required=False, label="Ne remplissez pas")
        self.fields["pas_un_robot"] = forms.BooleanField(
            required=False, label="Je ne suis pas un robot"
        )

    @property
    def is_trapped(self) -> bool:
        """Return whether the posted trap is filled."""
        return bool(self.data.get(self.add_prefix("sujet_libre")))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_trapped and not cleaned.get("pas_un_robot"):
            self.add_error("pas_un_robot", FILLED)
        return cleaned
