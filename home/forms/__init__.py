"""Public forms: fields, honeypot, rate limits, expired CSRF tokens."""
