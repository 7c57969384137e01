"""The attestation as a tagged PDF, made at each download and kept nowhere."""

import json

from events.certificates.issuance import facts_of
from events.models import Certificate, Registration
from home.french import long_date
from home.mail.outbox import absolute_url
from home.models import SiteSettings
from home.pdf.leaflets import Letterhead, qr_code, readable, typeset


def pdf_of_certificate(certificate: Certificate, registration: Registration) -> bytes:
    """Return the attestation as PDF/UA-1. Raise PressFailed if typst fails."""
    network = SiteSettings.of_network()
    letterhead = Letterhead.of(network)
    url = absolute_url(certificate.address)
    facts = certificate.facts or facts_of(registration)  # empty if issued before they were kept
    issued = certificate.reissued_at or certificate.issued_at
    words = {
        "title": "Attestation de présence",
        "name": letterhead.name,
        "contacts": list(letterhead.contacts),
        "person": certificate.name,
        "organisation": facts["organisation"],
        "event": facts["event"],
        "facts": [
            [label, value]
            for label, value in (
                ("Date", facts["when"]),
                ("Lieu", facts["place"]),
                ("Durée de présence", certificate.duration),
                ("Parties suivies", facts["parts"]),
            )
            if value
        ],
        "issued": f"Fait le {long_date(issued, weekday=False)}",
        "signer": network.certificate_signer,
        "signer_role": network.certificate_signer_role,
        "code": certificate.spaced_code,
        "address": url.partition("://")[2].rstrip("/"),
    }
    signs = {
        "url": url,
        "qr": qr_code(url),
        "logo": letterhead.logo,
        "links": letterhead.links,
        "action": letterhead.action,
    }
    return typeset("certificate", json.dumps(readable(words) | signs))
