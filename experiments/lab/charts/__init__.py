"""The pictures of the lab."""
