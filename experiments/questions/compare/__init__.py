"""What do two policies do to one place, its people and its money, under the same luck?"""

TITLE = "What do two policies do to one place, its people and its money, under the same luck?"
SUMMARY = "what two policies do to one place, under the same luck"
