"""A page in the browser on which policies are tried, predicted and looked into."""

TITLE = "What happens if you try it yourself? A page in the browser."
SUMMARY = "a page in the browser to try, predict and look into policies"
