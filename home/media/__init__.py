"""Images and documents: validation of uploads, renditions."""
