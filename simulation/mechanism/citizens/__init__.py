"""What a month does to a citizen: need, seeking help, triage, outcomes, and who comes anew."""
