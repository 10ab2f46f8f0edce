"""Running, once for every question: settle, simulate, resume, stop when sure."""
