"""What is known of every number: its range and grade, whole sets of plausible numbers, disputed mechanisms."""
