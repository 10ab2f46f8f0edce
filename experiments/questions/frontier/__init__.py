"""How good is each of two policies at its best, under the same money?"""
