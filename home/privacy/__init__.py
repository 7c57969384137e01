"""Privacy: refusals of private pages, private files, page moves, and retention and erasure of personal data."""
