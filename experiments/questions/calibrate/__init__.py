"""Which numbers agree with the years before the policy date?"""
