"""What is typed after a question's name, before Hydra reads it."""
