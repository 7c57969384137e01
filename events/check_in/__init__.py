"""The day of the event: people who are there."""
