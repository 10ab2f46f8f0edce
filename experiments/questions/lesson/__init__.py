"""A page for a classroom, on which a result is predicted before it is seen."""
