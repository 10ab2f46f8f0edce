"""The interactive page: what a visitor sets, who simulates it, and how it is shown."""
