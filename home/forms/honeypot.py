"""The honeypot of public forms: a field that people never fill and a shortest time."""

import time
from typing import Any

from django import forms
from django.core import signing

TRAP_SALT = "home.abuse.trap"


class TrapMixin(forms.Form):
    """Two fields that people never meet: one that must stay empty, one that says when the form was shown."""

    minimum_seconds = 3.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sujet_libre"] = forms.CharField(required=False, label="Ne remplissez pas")
        self.fields["affiche_a"] = forms.CharField(
            required=False,
            widget=forms.HiddenInput,
            initial=lambda: signing.dumps(time.time(), salt=TRAP_SALT),
        )

    @property
    def is_from_a_robot(self) -> bool:
        """Whether the trap was filled, or the form came back faster than anyone reads it. Valid or not."""
        if self.data.get(self.add_prefix("sujet_libre")):
            return True
        try:
            shown_at = signing.loads(
                self.data.get(self.add_prefix("affiche_a"), ""), salt=TRAP_SALT
            )
        except signing.BadSignature:
            return True
        return time.time() - shown_at < self.minimum_seconds
