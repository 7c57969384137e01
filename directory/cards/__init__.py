"""The directory of people and organisations: cards, search, map, one's own card."""
