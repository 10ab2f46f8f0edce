"""A comparison says what its difference is made of: replications are split, kept, told on the screen, and can be lived again."""

import json
import shutil

import pandas as pd
import pytest
import stand_in

import redesign
from experiments import cli
from experiments.configuration.settings import Settings
from experiments.questions.compare.further_lives import components
from experiments.results.run_index import KEPT

pytestmark = pytest.mark.slow  # a comparison with further lives, made and made again

MONTHS = 12
PEOPLE = 1000


@pytest.fixture
def split(answered, trouble, tmp_path):
    """A year of nine replications of the stand-in, of which some are split; what was said, and the folder."""
    (trouble / "has_parts").write_text("1")

    def make(**changes):
        asked = {"years": 1, "replicates": 9, "out": "here"} | changes
        said, _ = answered(**asked)
        return " ".join(said.split()), tmp_path / asked["out"]

    return make


def refusals(out, contrast="radical minus rationing"):
    """The parts of the difference in refusals."""
    table = pd.read_csv(out / "components.csv")
    return table[(table["outcome"] == "refused") & (table["contrast"] == contrast)].set_index("part")


def test_the_parts_are_those_that_the_world_was_given(split):
    said, out = split()
    a_year = -MONTHS * 1000 / PEOPLE
    of_all = sum(stand_in.MANAGEMENT + k % 3 for k in range(8)) / 8
    rows = refusals(out)["diff"]
    assert rows["designs"] == pytest.approx(a_year * stand_in.DESIGNS)
    assert rows["together"] == pytest.approx(a_year * stand_in.TOGETHER)
    assert rows["management"] == pytest.approx(0), "rationing manages otherwise too"
    assert rows["unmanaged"] == pytest.approx(rows["designs"] + rows["rest"])
    assert rows["only_effort"] == pytest.approx(rows["designs"] + rows["rest"]), "rationing loses as much"
    assert "Where management does nothing, " in said
    assert "where freer management costs effort and brings nothing, " in said
    alone = refusals(out, "radical minus null")["diff"]
    assert alone["management"] == pytest.approx(a_year * of_all)
    assert alone["only_effort"] == pytest.approx(alone["unmanaged"] - a_year)
    assert set(refusals(out)["n"]) == {8}
    assert "What is it made of?" in said
    assert "radical minus the cut alone" in said
    assert "over the 8 pairs that were split" in said


def test_parts_add_up_to_the_pairs_of_the_comparison(split):
    _, out = split()
    parts = pd.read_parquet(out / components.PAIRS)
    pairs = pd.read_parquet(out / "paired.parquet")
    both = parts[parts["contrast"] == "radical minus rationing"].merge(
        pairs[pairs["year"] == 1], on=["outcome", "replication"], suffixes=("", "_told")
    )
    assert len(both) == len(parts[parts["contrast"] == "radical minus rationing"])
    assert (both["diff"] == both["diff_told"]).all()
    sums = both[["designs", "management", "together", "rest"]].sum(axis=1)
    assert sums.to_numpy() == pytest.approx(both["diff"].to_numpy(), rel=1e-9, abs=1e-9)


def test_what_society_gains_is_split_in_the_same_pairs(split):
    said, out = split()
    table = pd.read_csv(out / "components_valued.csv")
    own = table[table["contrast"] == "radical minus rationing"].set_index("part")["diff"]
    assert own[["designs", "management", "together", "rest"]].sum() == pytest.approx(own["whole"])
    worth = pd.read_csv(out / "economics" / "plane.csv").query("replication < 8")["social_value"]
    assert own["whole"] == pytest.approx(worth.mean())
    assert "Of what society is better off under radical than under rationing, " in said
    assert "Of what society is better off under radical than under the cut alone, " in said
    assert "and society would be " in said


def test_a_contrast_asked_the_other_way_round_is_split_too(split):
    _, out = split()
    said, turned = split(contrast=["rationing", "radical"], out="turned")
    there, here = refusals(turned, "rationing minus radical")["diff"], refusals(out)["diff"]
    assert there.to_numpy() == pytest.approx(-here.to_numpy())
    assert "radical minus the cut alone" in said


def test_an_arm_is_lived_only_where_what_is_off_matters_to_it(split):
    _, out = split(arms=["status_quo", "rationing", "radical"])
    runs = pd.read_parquet(out / "components" / "runs.parquet", columns=["point", "arm"]).drop_duplicates()
    assert {point: sorted(rows) for point, rows in runs.groupby("point")["arm"]} == {
        0: ["null"],
        1: ["radical"],
        2: ["radical", "rationing"],
        3: ["radical"],
        4: ["radical", "rationing"],
    }


@pytest.mark.parametrize(("luck", "split_up"), [(2, 8), (9, 8)])
def test_across_the_evidence_the_numbers_as_used_are_split(split, luck, split_up):
    """Every life is lived beside the sets, because theirs are of other numbers; parts are as of a comparison by chance."""
    _, by_chance = split(components=8)
    expected = refusals(by_chance)
    said, out = split(uncertainty="evidence", parameter_sets=3, replicates=luck, out="across")
    runs = pd.read_parquet(out / "components" / "runs.parquet", columns=["point", "arm"]).drop_duplicates()
    assert sorted(runs[runs["point"] == 0]["arm"]) == ["null", "radical", "rationing"]
    pd.testing.assert_frame_equal(refusals(out), expected)
    assert set(expected["n"]) == {split_up}
    assert f"over the {split_up} pairs that were split" in said


@pytest.mark.parametrize(
    ("given", "used", "expected"), [(None, 30, 10), (None, 9, 8), (None, 7, 0), (0, 30, 0), (3, 30, 3), (50, 30, 30)]
)
def test_a_third_is_split_unless_that_is_too_few_to_say_anything(composed, given, used, expected):
    names = [name for name in Settings.model_fields if name in composed.data]
    settings = Settings.model_validate({name: composed.data[name] for name in names} | {"components": given})
    assert components.count(settings, used) == expected


def test_a_base_that_is_none_of_the_two_arms_leaves_the_split_as_it_is(split):
    """Lives beside the comparison are of its two arms and the cut alone, whatever all arms are held against."""
    _, out = split()
    said, based = split(base="status_quo", arms=["status_quo", "rationing", "radical"], out="based")
    assert "What is it made of?" in said
    pd.testing.assert_frame_equal(refusals(based), refusals(out))
    assert set(pd.read_csv(based / "against_base.csv")["base"]) == {"status_quo"}


def test_a_policy_that_frees_management_is_split_though_it_redesigns_nothing(split):
    said, out = split(arms=["null", "freedom_only"], contrast=["freedom_only", "null"])
    assert set(pd.read_csv(out / "components.csv")["contrast"]) == {"freedom_only minus null"}
    assert "where freer management costs effort and brings nothing, " in said


@pytest.mark.parametrize("changes", [{"components": 0}, {"arms": ["null", "rationing"]}])
def test_nothing_is_split_where_nobody_asks_or_nothing_is_redesigned(split, changes):
    said, out = split(**changes)
    assert not (out / "components").exists()
    assert not (out / "components.csv").exists()
    assert "What is it made of?" not in said
    assert "made_of" not in json.loads((out / "manifest.json").read_text())


def test_damaged_tables_are_made_again_from_the_lives_that_were_kept(split, trouble):
    _, out = split()
    before = {
        name: (out / name).read_bytes()
        for name in ("components.csv", "components_by_replication.parquet", "components/design.json")
    }
    lived = len(list(trouble.glob("ran-*")))
    for name in before:
        (out / name).write_bytes(b"damaged")
    split()
    assert {name: (out / name).read_bytes() for name in before} == before
    assert len(list(trouble.glob("ran-*"))) == lived, "nothing was lived again"


def test_damaged_lives_are_lived_again(split):
    _, out = split()
    before = {name: (out / "components" / name).read_bytes() for name in ("runs.parquet", KEPT)}
    (out / "components" / "runs.parquet").write_bytes(b"damaged")
    split()
    assert {name: (out / "components" / name).read_bytes() for name in before} == before


def test_both_tables_are_there_from_python(split):
    _, out = split()
    result = redesign.open(out)
    assert {"part", "ci_lo", "ci_hi"} <= set(result.table("components").columns)
    assert {"replication", "designs", "rest"} <= set(result.table("components_by_replication").columns)


@pytest.mark.parametrize("luck", ["own", "nested"])
def test_further_lives_are_lived_again_to_the_same_bytes(split, capsys, luck):
    """By the name of the run, wherever in the results it lies, and by the folder that lists it."""
    folder = "lives" if luck == "nested" else "components"
    _, out = split(population_luck=luck)
    run = pd.read_parquet(out / folder / KEPT)["run"].iloc[-1]
    assert run not in set(pd.read_parquet(out / KEPT)["run"])
    for words in ([run, f"in={out}"], [str(out / folder)]):
        assert cli.main(["replay", *words]) == 0, capsys.readouterr().err
        assert "the same bytes" in capsys.readouterr().out


def test_a_list_of_runs_that_is_none_of_the_results_is_refused(split, capsys):
    _, out = split()
    shutil.copytree(out / "components", out / "others")
    assert cli.main(["replay", str(out / "others")]) == 2
    assert "is none of the results" in capsys.readouterr().err
    (out / "components" / KEPT).write_bytes(b"other")
    assert cli.main(["replay", str(out / "components")]) == 2
    assert cli.main(["replay", "feedbeef", f"in={out}"]) == 2
