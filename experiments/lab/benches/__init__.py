"""Who simulates for the lab, and who waits: processes of their own, each with one comparison at a time."""
