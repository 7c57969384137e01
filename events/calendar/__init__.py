"""Events as calendars read them (iCalendar, RFC 5545)."""
