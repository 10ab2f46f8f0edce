"""Configurations become plans: composed by Hydra, read by pydantic, refused with everything that is wrong at once."""
