"""Attestations of presence, one at most for each registration."""

import re
import secrets
from datetime import datetime
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from home.french import fold
from home.french.names import UNORDERED, name_key, order_key

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
#: Letters that people read in the place of a digit.
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
SALT = "events.certificate.surname"


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def code_of(key: UUID) -> str:
    """Return the code of the attestation of a registration: from its random key and the site's `SECRET_KEY`.

    So the code in a letter that is shown before it leaves is the one that leaves.
    """
    digest = salted_hmac(f"{SALT}.code", key.hex, algorithm="sha256").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def read_code(typed: str) -> str:
    """Return the code that somebody typed, with its confusions undone; empty if it cannot be one."""
    code = re.sub(r"[\W_]", "", typed).upper().translate(READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def with_code(self, code: str) -> "CertificateQuerySet":
        return self.filter(code=code).select_related("registration__event")

    def erase_details(self, now: datetime) -> None:
        """Forget the person. The code still says that an attestation was issued, and when."""
        self.update(name="", duration="", facts={}, revocation_reason="", erased_at=now)


class Certificate(models.Model):
    """Its content is that of the day of issue: later corrections count once it is issued again."""

    registration = models.OneToOneField(
        "events.Registration",
        on_delete=models.CASCADE,
        related_name="certificate",
        verbose_name="inscription",
    )
    code = models.CharField("code", max_length=CODE_LENGTH, unique=True, default=new_code)
    name = models.CharField("nom", max_length=120, blank=True)
    #: In words: « 3 h », « 2 jours »; empty if the programme does not say it.
    duration = models.CharField("durée", max_length=40, blank=True)
    #: `event`, `when`, `place`, `organisation`, `parts`, in words (events.certificates.issuance).
    facts = models.JSONField("faits", default=dict, blank=True)
    issued_at = models.DateTimeField("émise le")
    reissued_at = models.DateTimeField("refaite le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    revocation_reason = models.CharField("motif", max_length=200, blank=True)
    erased_at = models.DateTimeField("effacée le", null=True, blank=True)

    wagtail_reference_index_ignore = True

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "attestation"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(name="", duration=""),
                name="certificate_erased_whole",
            )
        ]

    def __str__(self) -> str:
        return self.spaced_code

    @property
    def spaced_code(self) -> str:
        """Return the code in two halves, as it is printed."""
        half = CODE_LENGTH // 2
        return f"{self.code[:half]} {self.code[half:]}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether the presence that it attests was taken back since."""
        return not any(seat.is_present for seat in self.registration.seats.all())

    @property
    def address(self) -> str:
        return reverse("certificate", args=[self.code])

    def has_surname(self, typed: str) -> bool:
        """Return whether this is the surname or the whole name, without accents, case or hyphens.

        Only hashes are compared, salted with the code.
        """
        given = [self.hash_of(typed_surname(typed)), self.hash_of(name_key(typed))]
        known = [*map(self.hash_of, surnames_of(self.name)), self.hash_of(name_key(self.name))]
        matches = [constant_time_compare(one, other) for one in given for other in known]
        return bool(typed.strip() and self.name) and any(matches)

    def hash_of(self, words: str) -> str:
        return salted_hmac(f"{SALT}.{self.code}", words, algorithm="sha256").hexdigest()


def typed_surname(typed: str) -> str:
    words = fold(typed).split()
    while len(words) > 1 and words[0] in UNORDERED:
        del words[0]
    return " ".join(words)


def surnames_of(name: str) -> list[str]:
    """Return what may be the surname: « marquez » and « garcia marquez » of Gabriel García Márquez, never the first name."""
    surname, given, _name = order_key(name)
    words, shortest = [*given.split(), *surname.split()], len(surname.split())
    longest = max(shortest, len(words) - 1)
    return [" ".join(words[-count:]) for count in range(shortest, longest + 1)] if words else []
