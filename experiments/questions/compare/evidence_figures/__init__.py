"""Figures of a comparison across sets of plausible numbers, and of what its difference is made of; one module each."""
