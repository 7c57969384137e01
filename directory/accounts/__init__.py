"""Accounts and sessions: the one log-in, its forms, what an account agreed to and saved."""
