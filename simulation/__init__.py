"""The simulated world: citizens, services and agencies of a place, month by month."""
