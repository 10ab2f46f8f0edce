"""The questions a user can ask, a folder each; none imports from another."""
