"""Places of one's own, from whatever table of their small areas there is."""
