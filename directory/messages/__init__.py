"""Messages between members: writing, review by staff, reports, blocking a sender."""
