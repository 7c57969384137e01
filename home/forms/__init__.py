"""What public forms share: fields, rate limits, the honeypot."""
