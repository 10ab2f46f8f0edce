"""Where do the two lives of one citizen part, under the same luck?"""

TITLE = "Where do the two lives of one citizen part, under the same luck? An illustration, not evidence."
SUMMARY = "where the two lives of one citizen part, under the same luck (an illustration)"
