"""What do two policies do to one place, its people and its money, under the same luck?"""
