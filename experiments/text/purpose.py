"""What the model is for and what its intervals cover: printed on everything it says."""

PURPOSE = (
    "To explore under which conditions a radical redesign of public services gives people better lives for less "
    "public money than rationing and efficiency do, under the same spending envelope. Not a forecast."
)
CHANCE_ONLY = "The interval covers chance only, not what is uncertain about the model's numbers and rules."
NO_INTERVALS = "There are too few runs for intervals: give replicates=8 or more."
TWO_UNCERTAINTIES = (
    "Two intervals, never mixed: chance is luck alone, with the numbers as used; evidence is the range of the numbers "
    "themselves, with luck taken out. What is uncertain about the model's rules is in neither."
)
