"""Views that are not Wagtail pages: errors, search, site map, endpoints for programs."""
