"""The site that `make site` built, beside the lab's page."""
