"""Import of event and recap pages from files."""
