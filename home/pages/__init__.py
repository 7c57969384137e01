"""Page serving: routing, lists, search, navigation, feeds, schema.org data."""
