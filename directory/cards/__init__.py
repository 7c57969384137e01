"""The directory of members and organisations: cards, search, map, vCards, editing one's own card."""
