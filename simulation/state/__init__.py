"""The state of the world: columns for the many, tables for what does not change, the networks."""
