"""The package's own files reach Hydra as data that its own reader would make of them, and what is typed is laid over them."""

from pathlib import Path

import pytest
from hydra._internal.utils import create_config_search_path
from omegaconf import OmegaConf

from experiments.configuration import compose as composing
from experiments.configuration.files.shipped_files import OF_HYDRA, OURS, ShippedFiles, hand_over
from experiments.configuration.options import shipped_root
from experiments.questions import declared
from tests.how_often import tried

ROOT = Path(str(shipped_root()))
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.yaml"))
TYPED = {
    "nothing": [],
    "a lever": ["policy.radical.levers.pooling.strength=0.5"],
    "a lever as a whole": ["policy.radical.levers.envelope={cut: 0.1, others: {police: 0.2}}"],
    "a policy of one's own": ["policy.new_one={title: New}"],
    "no policy": ["policy.radical=null"],
    "no group": ["policy=null"],
    "a text for a group": ["design=three"],
    "below a text": ["policy.radical.title.x=1"],
    "a number": ["challenge.obesity.need.onset.value=0.1"],
    "an authority": ["place=leeds", "scale=0.01"],
    "an experiment": ["experiment=nothing_closed"],
    "no such experiment": ["experiment=no_redesign"],
    "a key that is taken away": ["~policy.radical.levers.pooling"],
    "a key that is there already": ["+policy.radical.title=Other"],
    "an entry of a list": ["challenge.obesity.need.relative_risk.0=3"],
    "a reference": ["policy.radical.title=${policy.null.title}"],
}
NAMES = ["compare", *sorted(set(declared()) - {"compare"})]


@pytest.mark.parametrize("file", FILES)
def test_a_shipped_file_reads_as_hydra_would_read_it(file):
    source = ShippedFiles("main", OURS)
    assert source.is_config(file)
    assert OmegaConf.to_container(source.load_config(file).config) == OmegaConf.to_container(
        OmegaConf.load(ROOT / file)
    )


def test_what_one_composition_changes_no_other_sees():
    source = ShippedFiles("main", OURS)
    source.load_config("compare.yaml").config["defaults"] = []
    assert source.load_config("compare.yaml").config["defaults"]


def test_another_application_of_hydra_finds_its_own_files_alone():
    hand_over()
    others = [place.path for place in create_config_search_path("pkg://somebody.elses").get_path()]
    own = [place.path for place in create_config_search_path(OF_HYDRA).get_path()]
    assert OURS not in others
    assert own.index(OURS) == own.index(OF_HYDRA) - 1


def composed(way):
    """What comes of it, or the refusal."""
    try:
        return way()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.unhurried
@pytest.mark.parametrize("words", TYPED.values(), ids=TYPED)
@pytest.mark.parametrize("name", tried(NAMES, always=1))
def test_what_is_typed_laid_over_options_is_what_hydra_makes_of_both(name, words):
    whole = composed(lambda: composing._composed(composing._hydra_compose(name, words, []), [], of_hydra=True))
    assert repr(composed(lambda: composing._put_together(name, words, []))) == repr(whole)
