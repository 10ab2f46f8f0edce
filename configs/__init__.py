"""Every number and every choice of the simulated world, as data: places, challenges, policies, designs, costs."""
