"""What the model is for and what its intervals cover: printed on everything it says."""

PURPOSE = (
    "To explore under which conditions a radical redesign of public services gives people better lives for less "
    "public money than rationing and efficiency do, under the same spending envelope. Not a forecast."
)
CHANCE_ONLY = "The interval covers chance only, not what is uncertain about the model's numbers and rules."
