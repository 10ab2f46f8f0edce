"""A class in the lab: pupils join with a code, predict together, and bargain over one budget; nothing of it is written down."""
