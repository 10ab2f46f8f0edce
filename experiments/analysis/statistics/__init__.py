"""Outcomes of runs, and paired comparisons of arms that lived through the same luck."""
