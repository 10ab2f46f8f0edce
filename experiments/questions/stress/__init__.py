"""How badly can each policy plausibly do, and does the answer survive other mechanisms?"""
