"""iCalendar files and feeds (RFC 5545)."""
