"""What do two policies do to a whole country, authority by authority?"""

TITLE = "What do two policies do to every authority of England, each under its own money?"
SUMMARY = "every authority under its own money: the country's total, a map, who gains and who loses"
