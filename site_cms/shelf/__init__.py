"""The shelf: ready, compressed answers for anonymous visitors, before Django (docs/decisions/0036)."""
