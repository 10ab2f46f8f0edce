"""Shipped options all compose and hold; a user's own are one file each, in a folder of their own."""

import shutil
from pathlib import Path

import pytest
import yaml

import configs
from experiments import questions
from experiments.configuration import options, parse, validate
from experiments.configuration.compose import Composed, compose
from experiments.configuration.consistency import applies
from experiments.errors import ConfigurationError
from experiments.evidence import lever_ranges
from simulation.policy.levers import LEVERS

SHIPPED = Path(configs.__file__).parent


def test_every_shipped_policy_is_a_policy(composed):
    faults = []
    names = list(options.find("policy"))
    policies = parse.read_policies(composed.data, names, faults)
    assert faults == []
    assert list(policies) == names
    used = {lever for policy in policies.values() for lever in policy.levers}
    assert used <= set(LEVERS)


WITHOUT_EVIDENCE = {"strength", "start", "ramp", "end"}
"""Every lever has these: a design choice of the policy, with its own source there, not a fact about the world."""
HELD_IN_REAL_TERMS = {("envelope", "others.schools"), ("envelope", "others.dwp")}
"""Written as 0 in shipped policies: the settlement of 2010 left them alone, and nothing is known of a range."""


def settings_of(levers):
    """Every number that some levers are set to, inside zones too: lever, setting, numbers."""
    for lever, data in (levers or {}).items():
        for key, value in (data or {}).items():
            if (lever, key) == ("zones", "levers"):
                yield from settings_of(value)
                continue
            named = (
                {f"{key}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {key: value}
            )
            for setting, given in named.items():
                row = given if isinstance(given, list) else [given]
                if all(isinstance(each, int | float) and not isinstance(each, bool) for each in row):
                    yield lever, setting, row


def unproven(policies, known):
    """What shipped policies are set to without evidence, or outside its range."""
    for name, policy in policies.items():
        for lever, setting, row in settings_of(policy["levers"]):
            if setting in WITHOUT_EVIDENCE or ((lever, setting) in HELD_IN_REAL_TERMS and row == [0.0]):
                continue
            quantity = known.get(lever, {}).get(setting)
            if quantity is None:
                yield f"{name}: {lever}.{setting} is not in levers.yaml"
                continue
            low, high = (quantity.model_copy(update={"value": end}).row for end in (quantity.low, quantity.high))
            if len(low) != len(row) or not all(a <= x <= b for a, x, b in zip(low, row, high, strict=True)):
                yield f"{name}: {lever}.{setting}={row} is outside {low} to {high}"


def test_every_setting_of_a_shipped_policy_has_evidence_and_lies_in_its_range(composed):
    assert list(unproven(composed.data["policy"], lever_ranges.of_levers())) == []
    changed = {
        "mine": {
            "levers": {
                "envelope": {"cut": 0.9, "others": {"nhs": 0.5, "schools": 0.1}},
                "support": None,
                "zones": {"count": 5, "levers": {"support": {"per_head": 1.0, "ramp": 3}}},
            }
        }
    }
    assert len(list(unproven(changed, lever_ranges.of_levers()))) == 5


def test_evidence_is_about_levers_that_are_there():
    for lever, settings in lever_ranges.of_levers().items():
        assert {setting.partition(".")[0] for setting in settings} <= set(LEVERS[lever].model_fields)


def test_every_shipped_challenge_and_design_is_in_the_configuration(composed):
    plan = validate.check(Composed({**composed.data, "challenges": "all"}, composed.choices))
    assert set(plan.world.challenges) == set(options.find("challenge"))
    assert set(plan.world.designs) == set(options.find("design"))
    assert all(applies(design, plan.world.challenges) for design in plan.world.designs.values())


@pytest.mark.parametrize("place", list(options.in_full("place")))
def test_every_shipped_place_is_a_place(place, composed):
    data = {**composed.data, "place": options.find("place")[place].read()}
    assert validate.check(Composed(data, {**composed.choices, "place": place})).world.place.areas


@pytest.mark.slow
@pytest.mark.parametrize("experiment", list(options.find("experiment")))
def test_every_shipped_experiment_is_a_comparison(experiment):
    plan = validate.check(compose("compare", [f"experiment={experiment}"], []))
    assert set(plan.settings.contrast) <= set(plan.policies)


@pytest.mark.parametrize("question", [name for name in questions.declared() if name not in ("compare", "lesson")])
def test_an_experiments_policies_are_those_of_whatever_is_asked_about_it(question):
    """A question's own choice of policies stands where no experiment says others."""
    if "arms" in compose(question, [], []).data:
        asked = compose(question, ["experiment=nothing_closed"], []).data
        assert asked["arms"] == ["null", "everything_closed", "nothing_closed"]
        assert asked["contrast"] == ["nothing_closed", "everything_closed"]


@pytest.fixture
def own_folder(tmp_path):
    """A user's folder with a seventh challenge, a further design, a policy, a variant of one, and a place."""
    folder = tmp_path / "my"
    for group in ("challenge", "design", "policy", "place"):
        (folder / group).mkdir(parents=True)
    (folder / "challenge" / "loneliness.yaml").write_text("defaults: [later_life, _self_]\ntitle: Loneliness\n")
    design = yaml.safe_load((SHIPPED / "design" / "peer_network.yaml").read_text())
    design |= {"title": "Tea rooms", "applies_to": ["loneliness.prevention"]}
    (folder / "design" / "tea_rooms.yaml").write_text(yaml.safe_dump(design))
    (folder / "policy" / "tea.yaml").write_text(
        yaml.safe_dump(
            {
                "title": "Tea",
                "summary": "Tea for all",
                "source": "assumption",
                "levers": {"portfolio": {"designs": ["tea_rooms"]}, "support": {"per_head": 1.0}},
            }
        )
    )
    (folder / "policy" / "half_pool.yaml").write_text(
        "defaults: [radical, _self_]\ntitle: Half a pool\nlevers: {pooling: {strength: 0.5}}\n"
    )
    place = yaml.safe_load((SHIPPED / "place" / "teaching_town.yaml").read_text())
    (folder / "place" / "hamlet.yaml").write_text(yaml.safe_dump(place | {"areas_file": "hamlet.csv"}))
    shutil.copy(SHIPPED / "place" / "teaching_town.areas.csv", folder / "place" / "hamlet.csv")
    return folder


@pytest.mark.unhurried
def test_a_users_own_options_are_one_file_each(own_folder, composed):
    plan = validate.check(
        compose("compare", ["place=hamlet", "arms=[tea,half_pool]", "challenges=all"], [own_folder.resolve()])
    )
    assert plan.place == "hamlet"
    assert len(plan.world.place.areas) == 14
    assert plan.world.challenges["loneliness"].title == "Loneliness"
    assert plan.world.designs["tea_rooms"].applies_to == ("loneliness.prevention",)
    assert plan.policies["tea"].levers["support"].per_head == 1.0
    assert plan.policies["half_pool"].levers["pooling"].strength == 0.5
    assert list(plan.policies["half_pool"].levers) == list(composed.data["policy"]["radical"]["levers"])


@pytest.mark.slow
def test_a_users_own_options_are_found_from_the_command_line_in_all_their_folders(redesign, own_folder, tmp_path):
    (tmp_path / "more" / "policy").mkdir(parents=True)
    (tmp_path / "more" / "policy" / "less_tea.yaml").write_text("defaults: [tea, _self_]\ntitle: Less tea\n")
    status, said, complained = redesign(
        "compare",
        "--config-dir",
        str(own_folder),
        "--config-dir",
        str(tmp_path / "more"),
        "place=hamlet",
        "arms=[radical,less_tea]",
        "challenges=all",
        "replicates=2",
        "years=1",
        "workers=1",
        "policy.less_tea.levers.support.per_head=2",
    )
    assert status == 0, complained
    assert "less tea" in " ".join(said.split())
    status, said, _ = redesign("list", "policies", "--config-dir", str(own_folder))
    assert "Tea for all" in said
    assert "yours" in said
    status, said, _ = redesign("show", "policy=half_pool", "--config-dir", str(own_folder))
    assert "pool_share" in said


@pytest.mark.unhurried
def test_a_place_need_not_say_how_large_a_part_of_it_to_simulate(own_folder):
    file = own_folder / "place" / "hamlet.yaml"
    place = {key: value for key, value in yaml.safe_load(file.read_text()).items() if key != "usual_scale"}
    file.write_text(yaml.safe_dump(place))
    plan = validate.check(compose("compare", ["place=hamlet"], [own_folder.resolve()]))
    assert plan.settings.scale == plan.world.place.usual_scale == 0.1


def test_a_file_that_a_shipped_one_would_hide_is_refused(own_folder):
    (own_folder / "policy" / "radical.yaml").write_text("title: Mine\n")
    with pytest.raises(ConfigurationError, match="exists already"):
        options.find("policy", [own_folder])


def test_a_file_whose_name_cannot_be_typed_is_refused(own_folder):
    (own_folder / "policy" / "My policy.yaml").write_text("title: Mine\n")
    with pytest.raises(ConfigurationError, match="small letters"):
        options.find("policy", [own_folder])


def test_an_unreadable_file_is_named(own_folder):
    (own_folder / "policy" / "tea.yaml").write_text("title: [")
    with pytest.raises(ConfigurationError, match=r"tea\.yaml"):
        compose("compare", [], [own_folder])


def test_each_arms_levers_can_be_reached_from_the_command_line():
    overrides = [
        "arms=[radical,rationing,null,status_quo]",
        "policy.radical.levers.pooling.strength=0.5",
        "~policy.radical.levers.freedom",
        "policy.radical.levers.support=null",
        "+policy.rationing.levers.support={strength: 0.25}",
        "policy.null.levers.efficiency.strength=0.75",
    ]
    policies = validate.check(compose("compare", overrides, [])).policies
    assert policies["radical"].levers["pooling"].strength == 0.5
    assert not {"freedom", "support"} & set(policies["radical"].levers)
    assert policies["rationing"].levers["support"].strength == 0.25
    assert policies["null"].levers["efficiency"].strength == 0.75
    assert policies["status_quo"].levers == {}
