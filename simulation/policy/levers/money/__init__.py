"""What a policy does with money: how much there is, what is kept, put together, set aside, charged or held back."""
