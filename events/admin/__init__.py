"""Back office of events: registrations, messages, capacity, recaps."""
