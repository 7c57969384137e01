"""Tools for editors: content checks, the writing guide, the accessibility checker."""
