"""Pages of events and recaps made from files."""
