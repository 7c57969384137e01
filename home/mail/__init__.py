"""Every message of the site: a row of the outbox, then its delivery. Only this package touches django.core.mail."""
