"""Calibration: which parameter sets agree with the years before the policy date. Nothing here knows a policy or a lever."""
