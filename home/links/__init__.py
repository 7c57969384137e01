"""Links to other sites: asked each night, politely, and replaced everywhere when they have moved (docs/decisions/0047)."""
