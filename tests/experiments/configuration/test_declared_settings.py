"""A setting is declared once: keys, help, pages, and what points have in common follow from where its type stands."""

import dataclasses
import shlex
from types import SimpleNamespace
from typing import Annotated, Literal

import pytest
import yaml
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from pydantic import Field

from experiments import questions
from experiments.configuration import options
from experiments.configuration.compose import answer_to
from experiments.configuration.declared import Setting, declared, in_force, never_matters, settings_help
from experiments.configuration.points import Point, plans_of
from experiments.configuration.settings import BEGINNING, Settings
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.results import results_folder
from simulation.parameters import WorldConfig
from simulation.parameters.quantity import Strict

EVERY = [*questions.declared()]


class MadeUp(Strict):
    """The settings of a question that nobody has asked yet."""

    depth: Annotated[int, Field(ge=1, le=9), Setting("how deep it is looked", "results", "depth=3")] = 2
    detail: Annotated[bool, Setting("at what is found there", "results", part_of="depth")] = False
    start: Annotated[int, Setting("year in which it begins", "replication")] = 2011
    colour: Annotated[Literal["red", "blue"], Setting("red: warm; blue: cold", "nothing")] = "red"


FILE = """
defaults: [_self_, override hydra/help: question, override hydra/job_logging: disabled, override hydra/hydra_logging: disabled]
depth: 2
detail: false
start: 2011
colour: red
hydra:
  job: {name: made_up}
  help: {header: "What if?", footer: That is all.}
"""


def own_of(name):
    """The settings that a question declares itself."""
    return questions.question(name).settings


def file_of(name):
    """A question's own file."""
    return options.Option("", name, options.shipped_root(), True).read()


@pytest.mark.parametrize("name", EVERY)
def test_files_and_declarations_name_the_same_settings_and_help_tells_all(name):
    own, file = own_of(name), file_of(name)
    begins = BEGINNING in file["defaults"]
    if begins and own is Settings:
        file = file_of(BEGINNING) | file
    chosen = {group for entry in file["defaults"] if isinstance(entry, dict) for group in entry}
    keys = set(file) - {"defaults", "hydra", *options.OPEN} | chosen & set(own.model_fields)
    common = set(Settings.model_fields) if begins else set()
    assert set(own.model_fields) <= keys <= set(own.model_fields) | common
    help_ = settings_help(own, Settings, dict.fromkeys(keys) | file)
    assert all(f" {key}=" in help_ for key in keys)
    assert all(setting.words in " ".join(help_.split()) for setting in declared(own).values())


@pytest.mark.parametrize("name", EVERY)
def test_an_example_is_read_as_that_setting(name):
    for key, setting in declared(own_of(name)).items():
        if setting.example:
            (word,) = shlex.split(setting.example)
            assert OverridesParser.create().parse_override(word).key_or_group == key


def test_a_new_setting_is_told_of_in_the_help_with_its_range_its_value_and_what_it_does_not_change(capsys):
    ConfigStore.instance().store("made_up", yaml.safe_load(FILE))  # as if it lay among the package's own files
    asked = SimpleNamespace(name="made_up", settings=MadeUp)
    assert answer_to(asked, ["depth=4", "--help"])() == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("What if?")
    assert "depth=4 how deep it is looked (from 1 to 9), as depth=3 detail=false" in said
    assert "start=2011 year in which it begins colour=red red: warm; blue: cold. Never changes a result." in said
    assert said.endswith("That is all.")


@pytest.mark.unhurried
def test_a_new_setting_is_the_same_for_all_points_unless_each_run_hangs_on_it(composed):
    def plans(values):
        return plans_of("compare", composed, [Point(0, "point 0", values)], check, MadeUp)

    for key in ("depth", "detail", "colour"):
        with pytest.raises(ConfigurationError, match="is the same for all points"):
            plans({key: 1})
    with pytest.raises(ConfigurationError, match="there is no such key"):
        plans({"start": 2012})


def test_a_new_setting_counts_where_it_says_so_and_only_then():
    usual, other = MadeUp(), MadeUp(depth=3, detail=True, start=2012, colour="blue")
    assert in_force(usual, "results") == {"depth": 2}
    assert in_force(other, "results") == {"depth": 3, "detail": True}
    assert in_force(other, "replication") == {"start": 2012}
    assert never_matters(MadeUp, usual.model_dump()) == {"detail", "colour"}
    assert never_matters(MadeUp, other.model_dump()) == {"colour"}


def test_a_setting_without_words_is_refused():
    class Silent(Strict):
        """Says nothing of its setting."""

        depth: int = 1

    with pytest.raises(TypeError, match=r"Silent\.depth is declared without words"):
        declared(Silent)


OTHER = {
    "contrast": ("status_quo", "radical"),
    "base": "rationing",
    "years": 3,
    "replicates": 7,
    "uncertainty": "evidence",
    "parameter_sets": 7,
    "parameter_source": "posterior",
    "horizons": (1, 2),
    "outcomes": ("crises",),
    "components": 3,
    "lives": 5,
    "workers": 3,
    "threads": 3,
    "precision": "0.5",
    "precise": "crises",
    "runner": "dask",
    "scheduler": "tls://10.0.0.1:8786",
    "insecure": True,
    "large": True,
    "out": "elsewhere",
    "profile": True,
}
"""Another value of every setting that is not in the world or a policy."""


@pytest.fixture(scope="module")
def plan(composed):
    """The shipped comparison."""
    return check(composed)


def test_every_setting_but_those_of_the_world_is_tried():
    assert set(OTHER) == set(Settings.model_fields) - set(WorldConfig.model_fields) - {"arms"}


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("sure", [{}, {"precision": "5%"}], ids=["all_runs", "until_sure"])
def test_keys_change_with_what_affects_them_and_with_nothing_else(plan, name, sure):
    if name == "uncertainty" and sure:
        pytest.skip("precision is about luck alone")
    before = dataclasses.replace(plan, settings=plan.settings.model_copy(update=sure))
    after = dataclasses.replace(plan, settings=before.settings.model_copy(update={name: OTHER[name]}))
    affects = declared(Settings)[name].affects
    idle = {"parameter_sets", "lives"} | (set() if sure else {"outcomes", "precise"})
    keys = [
        [of(each, "model") for each in (before, after)]
        for of in (results_folder.replication_key, results_folder.results_key)
    ]
    changed = [one != other for one, other in keys]
    assert changed == [affects == "replication", affects != "nothing" and name not in idle]


ONLY_COMPARE = [name for name, setting in declared(Settings).items() if setting.only]


@pytest.mark.parametrize(
    "name", ["sweep", "discover", "stress", "attribute", "sensitivity", "frontier", "biography", "nation", "watch"]
)
def test_what_only_compare_reads_is_refused_elsewhere_and_left_out_of_help(composed, name):
    """Whatever it is set to: whoever types it means something by it."""
    assert ONLY_COMPARE == ["base", "lives", "components"]
    words = ["base=auto", "lives=3", "++components=0"]
    data = dataclasses.replace(composed, overrides=tuple(words))
    with pytest.raises(ConfigurationError) as refusal:
        questions.question(name).plans(data)
    for setting in ONLY_COMPARE:
        assert f"  {setting}\n      is read by redesign compare alone" in refusal.value.message()
        assert f"fix: leave {setting}=... out" in refusal.value.message()
    told = settings_help(questions.question(name).settings, Settings, composed.data)
    assert not [setting for setting in ONLY_COMPARE if f" {setting}=" in told]
    assert " replicates=" in told
