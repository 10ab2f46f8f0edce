"""Would a pilot in some authorities have shown what redesign does?"""

TITLE = "Would zones that try radical redesign have shown what it does?"
SUMMARY = "whether evaluators of a pilot in some authorities would have found its true effect"
