"""Says what stored runs mean: paired statistics, outcomes and plain words.

Reads stored files and tables only, never the simulation.
"""
