"""What pupils of a class in the lab read, as hard as a brief is at most."""

import pytest
from briefs import grade

from experiments.lab.classroom import bargaining
from experiments.lab.classroom.roles import ROLES


@pytest.mark.parametrize("text", [bargaining.MAPPING, *(role.about for role in ROLES.values() if role.about)])
def test_what_pupils_read_is_read_at_grade_eight_or_below(text):
    assert grade(text) <= 8, text
