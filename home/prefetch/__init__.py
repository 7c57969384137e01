"""Prefetching of everything that a page displays: cards, images, documents, links, in a fixed number of queries."""
