"""How do two policies look, month by month, when every citizen of a town can be watched?"""

TITLE = "How do two policies look when every citizen of a town can be watched? An illustration, not evidence."
SUMMARY = "two towns side by side with the same luck, every citizen a dot, on one page that needs no network"
