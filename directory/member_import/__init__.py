"""Import of members from a spreadsheet: reading the file, validating each line, enrolling."""
