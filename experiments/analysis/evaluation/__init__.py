"""What an evaluator would find of a pilot: who is chosen, what is then seen of them, and what each method makes of it."""
