"""Councils that live year by year together, each seeing which designs others have in use."""
