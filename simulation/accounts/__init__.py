"""What happened, in pence and in lives. Accounts read everything and steer nothing."""
