"""Imported once by the process that workers are forked from, so that each of them starts with the simulation loaded."""

import contextlib

with contextlib.suppress(Exception):  # a worker that needs it says what is wrong with it
    import simulation.run  # noqa: F401
