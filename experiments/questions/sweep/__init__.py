"""What happens to the difference between two policies when settings change?"""

TITLE = "What happens to the difference between two policies when settings change?"
SUMMARY = "how the difference changes when settings do: a grid, a hypercube, a table"
