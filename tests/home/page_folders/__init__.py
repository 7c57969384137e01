"""Pages as folders of text."""
