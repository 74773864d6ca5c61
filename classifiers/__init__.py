"""Read a text, say which themes. Knows no other room."""
