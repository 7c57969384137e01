"""Images and documents: what is accepted, and the sizes that pages show."""
