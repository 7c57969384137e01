"""The back office of events: registrations, messages, capacity, recaps."""
