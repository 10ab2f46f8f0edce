"""Which numbers agree with the years before the policy date?"""

TITLE = "Which numbers of the evidence agree with the years before the policy date?"
SUMMARY = "which numbers agree with the years before the policy date"
