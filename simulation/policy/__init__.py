"""What is in force: regimes, levers, and policies as named sets of levers."""
