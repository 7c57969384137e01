"""Registration to events: forms, seats, waiting list, changes, erasure."""
