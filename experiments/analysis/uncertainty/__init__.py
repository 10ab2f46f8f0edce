"""What is chance and what is evidence: screening, boxes, emulators, what knowing more would be worth."""
