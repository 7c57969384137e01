"""What a page shows beside itself, read in a few queries for all of it."""
