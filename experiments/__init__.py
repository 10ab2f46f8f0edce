"""The questions a user can ask of the simulated world: compose, execute, store, analyse and report."""
