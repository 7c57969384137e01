"""How pages are found, listed, searched and described to machines."""
