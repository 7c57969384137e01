"""E-mails to an event's registered people: announced changes, reminders, messages from staff."""
