"""Conservation from the record alone: requests, money at its unit cost, and lives within their bounds.

The other books (people, cases, cash, hours) are in tests/simulation/test_conservation.py.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import ALL_TWELVE, EVERY_DESIGN, live, policy_of, settle_toy, start_of, under, with_numbers

