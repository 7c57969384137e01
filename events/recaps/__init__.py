"""The draft of an event's recap: proposed by its facts, and by the notes that were taken."""
