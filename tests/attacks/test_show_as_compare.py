"""What `redesign show` and `redesign evidence` show is what a comparison would take; what that refuses, they refuse."""

import pytest
import yaml
from hostile import at, base_of
from how_often import tried

from experiments import cli
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError

pytestmark = pytest.mark.slow  # each file is shown and compared

SHOWN = {
    "place": "place=teaching_town",
    "policy": "policy=radical",
    "challenge": "challenge=obesity",
    "design": "design=patient_hotel",
}
WRONG = [
    "years=0",
    "scale=nan",
    "design.patient_hotel.applies_to=[atlantis.core]",
    "challenge.obesity.services.core.staff=wizard",
    "policy.radical.levers.portfolio.designs=[motel]",
    "policy.radicle.levers.pooling.strength=1",
]


@pytest.fixture
def said(capsys):
    """Types a command; returns its status and its complaints."""

    def run(*words):
        status = cli.main(list(words))
        told = capsys.readouterr()
        return status, told.err, told.out

    return run


def refusal_of_compare(*words):
    """What a comparison says."""
    with pytest.raises(ConfigurationError) as refused:
        check(compose("compare", ["place=teaching_town", *words], []))
    return refused.value.message()


@pytest.mark.parametrize("kind", tried(SHOWN, always=1, changes=1))
@pytest.mark.parametrize("wrong", WRONG[:3])
def test_show_refuses_what_compare_refuses_in_the_same_words(said, kind, wrong):
    place = [] if kind == "place" else ["place=teaching_town"]
    status, complaint, shown = said("show", SHOWN[kind], *place, wrong)
    assert (status, shown) == (2, "")
    assert complaint.strip() == refusal_of_compare(wrong)


@pytest.mark.parametrize("wrong", tried(WRONG, always=1, changes=1))
def test_evidence_refuses_what_compare_refuses(said, wrong):
    status, complaint, shown = said("evidence", "grade=A", "place=teaching_town", wrong)
    assert (status, shown) == (2, "")
    assert complaint.strip().splitlines()[1:] == refusal_of_compare(wrong).splitlines()[1:]


@pytest.mark.parametrize("shown", ["lever=pooling", "outcome=qalys"])
def test_what_hangs_on_no_configuration_takes_no_override(said, shown):
    status, complaint, _ = said("show", shown, "years=3")
    assert status == 2
    assert f"show {shown} years=3" in complaint


BROKEN = {
    "policy": ("levers", {"pooling": {"agencies": ["nhs", "navy"]}}),
    "challenge": ("levels", ["only", "two"]),
    "design": ("applies_to", ["later_life.ward"]),
}


@pytest.mark.parametrize("kind", tried(BROKEN, always=1, changes=1))
def test_a_file_of_ones_own_is_shown_only_where_compare_would_take_it(said, kind, tmp_path):
    """Though nobody has named it among the arms, challenges or designs of the usual comparison."""
    name = SHOWN[kind].partition("=")[2]
    key, value = BROKEN[kind]
    good = at(base_of("compare").data, (kind, name))
    file = tmp_path / kind / "mine.yaml"
    file.parent.mkdir()
    file.write_text(yaml.safe_dump(good))
    status, complaint, shown = said("show", f"{kind}=mine", "--config-dir", str(tmp_path))
    assert (status, complaint) == (0, "")
    assert shown.startswith(good["title"][:20])
    file.write_text(yaml.safe_dump({**good, key: value}))
    status, complaint, shown = said("show", f"{kind}=mine", "--config-dir", str(tmp_path))
    assert (status, shown) == (2, "")
    assert f"{kind}.mine.{key}" in complaint
