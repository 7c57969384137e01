"""Accounts and sessions: log-in, its forms, staff access, consents and bookmarks."""
