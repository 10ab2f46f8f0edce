"""Where, among plausible numbers, does each of two policies do worse than the other?"""
