"""How a place settles: the needs it begins with, what settled places may be shared, and what a settled place is like."""
