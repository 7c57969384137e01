"""Messages to many: changes of an event, reminders, and what staff write."""
