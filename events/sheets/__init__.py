"""Paper of the day: sign-in sheets and who did not sign, badges, tables, numbers for the caterer."""
