"""Places of a lab's own, which visitors made of tables of areas."""
