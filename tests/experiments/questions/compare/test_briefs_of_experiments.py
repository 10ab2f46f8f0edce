"""Every shipped experiment, lived through by the stand-in: its headline says what its tables say."""

import sys
from importlib import resources
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "analysis"))
from briefs import complaints, grade

from experiments.analysis.verdicts.answer import Answer

EXPERIMENTS = sorted(
    each.name.removesuffix(".yaml") for each in resources.files("configs").joinpath("experiment").iterdir()
)
pytestmark = [pytest.mark.slow, pytest.mark.nightly]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_its_headline_contradicts_no_table(redesign, name):
    asked = ("years=2", "replicates=8", "workers=1", "components=0", "out=here")
    status, screen, complaint = redesign("compare", f"experiment={name}", *asked)
    assert status == 0, complaint
    found = Answer.read(Path("here"))
    assert complaints(found) == [], found.brief.words
    assert grade(found.brief.words) <= 8, found.brief.words
    assert " ".join(screen.split()).startswith(f"{found.brief.headline}. What people feel. ")
    assert [each.arm for each in found.policies] == list(found.facts.configuration["arms"])
    assert all(each.does for each in found.policies)
