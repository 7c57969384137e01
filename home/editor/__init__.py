"""What helps editors while they write: remarks, the guide, the accessibility checker."""
