"""A lesson as one page that needs no server: what is varied, what is stored, and the page itself."""
