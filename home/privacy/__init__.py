"""Who may see what: refusals, private files, page moves; and how personal data ends."""
