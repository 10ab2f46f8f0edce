"""Which levers of a package did it, and could the other policy just borrow one?"""
