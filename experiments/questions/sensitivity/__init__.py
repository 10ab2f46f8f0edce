"""On which uncertain numbers does the difference between two policies hang?"""

TITLE = "On which uncertain numbers does the difference between two policies hang?"
SUMMARY = "on which uncertain numbers the difference hangs"
