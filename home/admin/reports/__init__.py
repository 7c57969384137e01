"""Reports of the back office: what asks for an editor's attention, and what people look for and read."""
