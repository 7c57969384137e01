"""Members from a spreadsheet: reading, judging each line, enrolling."""
