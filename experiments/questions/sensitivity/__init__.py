"""On which uncertain numbers does the difference between two policies hang?"""
