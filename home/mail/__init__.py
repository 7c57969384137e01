"""Outgoing e-mail: the outbox, delivery, Django's e-mail backends. Only this package may import django.core.mail."""
