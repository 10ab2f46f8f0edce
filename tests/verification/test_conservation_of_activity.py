"""Conservation from the record alone: requests, money at its unit cost, and lives within their bounds.

The other books (people, cases, cash, hours) are in tests/simulation/test_conservation.py.
"""
