"""Where, among plausible numbers, does each of two policies do worse than the other?"""

TITLE = "Where does each of two policies do worse than the other?"
SUMMARY = "where each policy does worse: a map over two numbers, boxes over many"
