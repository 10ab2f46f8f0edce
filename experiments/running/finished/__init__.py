"""Finished folders that are opened again."""
