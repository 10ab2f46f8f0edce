"""Every upper-tier authority of England as a place, from a few compact tables."""
