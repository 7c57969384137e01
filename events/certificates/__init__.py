"""Attestations of presence: issued, checked by anybody with their code, revoked."""
