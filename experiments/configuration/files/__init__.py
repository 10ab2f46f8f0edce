"""What lies in folders that people send each other: read strictly, as data and nothing else, before anybody acts on it."""
