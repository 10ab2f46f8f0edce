"""Which levers of a package did it, and could the other policy just borrow one?"""

TITLE = "Which levers of a package did it, and could the other policy just borrow one?"
SUMMARY = "which levers of a package did it, and what each would do for the other policy"
