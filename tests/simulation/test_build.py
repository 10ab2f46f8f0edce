"""How a place is laid out: localities without a gap, areas with people in them, rules that are compiled anew."""

import subprocess
import sys

import numpy as np
import pytest
from worlds import toy

from simulation import compile as compiled
from simulation.build import build, localities_of
from simulation.state.people import scaled_counts

ASK = "from simulation.compile import rules_hash; print(rules_hash())"


@pytest.mark.parametrize(
    ("people", "wanted", "expected"),
    [([6, 1, 1, 1], 4, [0, 1, 2, 2]), ([1, 1, 1, 1], 4, [0, 1, 2, 3]), ([1, 1, 1, 1], 2, [0, 0, 1, 1]), ([9], 3, [0])],
)
def test_localities_are_numbered_without_a_gap(people, wanted, expected):
    """One area may have more people than several localities should."""
    assert localities_of(np.array(people), wanted, 0.5).tolist() == expected


def test_a_place_with_one_very_large_area_has_people_in_every_catchment():
    config = toy()
    first, *others = config.place.areas
    larger = first.model_copy(update={"people": tuple(20 * n for n in first.people)})
    place = config.place.model_copy(update={"areas": (larger, *others)})
    built = build(config.model_copy(update={"place": place}))
    served = set(built.world.localities)
    assert served == set(range(len(served)))
    assert built.world.locality_deprivation.size == len(served)


def test_an_area_with_nobody_is_refused_and_named():
    place = toy().place
    first, *others = place.areas
    empty = first.model_copy(update={"people": tuple(0 for _ in first.people)})
    with pytest.raises(ValueError, match=f"area '{first.area}' of .* has nobody; leave it out"):
        scaled_counts(place.model_copy(update={"areas": (empty, *others)}), 1.0)


def test_rules_are_compiled_anew_when_a_number_they_are_compiled_with_changes(tmp_path):
    """Bands of age are no rule, and rules are compiled with them."""
    source = tmp_path / "simulation"
    files = {path: path.read_text("utf-8") for path in (compiled.Path(compiled.__file__).parent).rglob("*.py")}
    for path, text in files.items():
        copy = source / path.relative_to(compiled.Path(compiled.__file__).parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    before = _asked(tmp_path)
    quantity = source / "parameters" / "quantity.py"
    quantity.write_text(quantity.read_text("utf-8").replace("10, 10, 7)", "10, 10, 8)"), encoding="utf-8")
    assert _asked(tmp_path) != before


def _asked(folder):
    """The hash of the rules in a folder."""
    return subprocess.run([sys.executable, "-c", ASK], cwd=folder, check=True, capture_output=True, text=True).stdout
