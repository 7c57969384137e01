"""The members' section: home page, invitations, bookmarks and personal data."""
