"""What people read, whatever the question: numerals, titles, the terminal, what the model is for."""
