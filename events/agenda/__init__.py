"""Public presentation of events: availability, labels, listings, downloads, structured data."""
