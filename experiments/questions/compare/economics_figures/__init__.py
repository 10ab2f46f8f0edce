"""Figures of who pays and who gains."""
