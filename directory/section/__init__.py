"""The members' section: its home, invitations, and what the site keeps of a member."""
