"""Lives two arms in step with the same draws, and says in words what happens to citizens from one moment to the next."""
