"""Pages of the kernel that are not Wagtail pages."""
