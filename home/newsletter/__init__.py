"""Newsletter subscriptions with double opt-in and records of consent."""
