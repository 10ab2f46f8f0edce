"""What can be said of differences: better, worse or luck, in a sentence, for one pair of policies or for many."""
