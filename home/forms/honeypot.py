"""Honeypot of public forms: a field hidden from people, and a minimum time."""

import time
from typing import Any

from django import forms
from django.core import signing

TRAP_SALT = "home.abuse.trap"


class TrapMixin(forms.Form):
    """Adds two hidden fields: one that must stay empty, and the signed time when the form was shown.

    The template must include `components/form_trap.html`.
    """

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
        """Return whether the trap is filled or the form was posted within 3 seconds. Works on invalid forms too."""
        if self.data.get(self.add_prefix("sujet_libre")):
            return True
        try:
            shown_at = signing.loads(
                self.data.get(self.add_prefix("affiche_a"), ""), salt=TRAP_SALT
            )
        except signing.BadSignature:
            return True
        return time.time() - shown_at < self.minimum_seconds
