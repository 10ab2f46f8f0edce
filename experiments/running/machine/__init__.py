"""The machine that work is done on: how it starts processes, how it says stop, and how much it holds."""
