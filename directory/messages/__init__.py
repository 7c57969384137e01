"""Messages between members: writing, reviewing, reporting, closing one's door."""
