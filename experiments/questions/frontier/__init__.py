"""How good is each of two policies at its best, under the same money?"""

TITLE = "How good is each of two policies at its best, under the same money?"
SUMMARY = "both policies at their best under the same money, and what each needs for the same outcome"
