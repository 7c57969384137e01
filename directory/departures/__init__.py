"""The end of a membership: leaving, inactive accounts, erasure and retention periods."""
