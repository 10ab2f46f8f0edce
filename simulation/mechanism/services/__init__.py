"""What a month does to services and their staff: plans, quality, hours and places, the workforce, redesign."""
