"""Does the model do what really happened, without having been told to?"""

TITLE = "Does the model do what really happened, without having been told to?"
SUMMARY = "whether the model does what really happened from 2010 to 2018"
