"""Places on the command line: finding an authority by any word, and making a place of one's own."""
