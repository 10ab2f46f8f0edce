"""Does the model do what really happened, without having been told to?"""
