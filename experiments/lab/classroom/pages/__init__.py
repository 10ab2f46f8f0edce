"""What teacher, pupils and projector see of a class."""
