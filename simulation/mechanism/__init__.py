"""The phases of the month, one file each. They see a regime, never a policy."""
