"""How badly can each policy plausibly do, and does the answer survive other mechanisms?"""

TITLE = "How badly can each of two policies plausibly do, and does the answer survive other mechanisms?"
SUMMARY = "how badly each policy can plausibly do, and whether the answer survives other mechanisms"
