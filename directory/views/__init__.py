"""What the directory answers: accounts, the members' section, joining."""
