"""Registering to an event, from the form to the erasure of what it asked."""
