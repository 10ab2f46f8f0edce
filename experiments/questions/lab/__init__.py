"""A page in the browser on which policies are tried, predicted and looked into."""
