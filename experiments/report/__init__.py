"""Shows what stored results say: how figures and pages look, whatever question was asked.

Reads files only; nothing here knows how a world is simulated, nor which questions there are.
"""
