"""What the public reads of an event: its state, its words, its list, its files."""
