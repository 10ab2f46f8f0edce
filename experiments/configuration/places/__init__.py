"""Every upper-tier authority of England and every council of Scotland as a place, from a few compact tables."""
