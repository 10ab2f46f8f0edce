"""Makes the tables of England's authorities from the publishers' own files."""
