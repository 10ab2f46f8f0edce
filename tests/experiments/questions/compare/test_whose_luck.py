"""With nested luck a comparison also tells people from later luck, and nothing else that it says changes by a bit."""

import json

import pandas as pd
import pytest

import redesign as api
from experiments import cli
from experiments.questions import asked as as_asked
from experiments.questions.compare import question as compare
from experiments.questions.compare.further_lives import peoples
from experiments.results.run_index import KEPT

pytestmark = pytest.mark.slow  # a comparison with further lives, made and made again

MADE = ("whose_luck.csv", "whose_luck_by_life.parquet", "lives/design.json")
TELL_THE_SETTING = {"manifest.json", "design.json", "components/design.json", "report.html"}
"""Files that say what was asked, or show everything."""


@pytest.fixture
def nested(answered, trouble, tmp_path):
    """A year of nine replications of the stand-in whose peoples live three lives; what was said, and the folder."""
    (trouble / "has_lives").write_text("1")
    (trouble / "has_parts").write_text("1")

    def make(out="nested", **changes):
        said, _ = answered(years=1, replicates=9, out=out, **{"population_luck": "nested"} | changes)
        return " ".join(said.split()), tmp_path / out

    return make


def files(out):
    """Every file of a folder that is no drawing."""
    return {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}


def test_nothing_but_the_new_tables_differs_from_own_people_by_a_bit(nested):
    _, own = nested("own", population_luck="own")
    _, out = nested()
    mine, theirs = files(out), files(own)
    assert {name for name in mine if name not in theirs} == {
        *MADE,
        *(f"lives/{n}.parquet" for n in ("runs", "kept", "points")),
    }
    assert set(theirs) <= set(mine)
    differ = {name for name, path in theirs.items() if path.read_bytes() != mine[name].read_bytes()}
    assert differ <= TELL_THE_SETTING
    said = [json.loads((folder / "manifest.json").read_text()) for folder in (out, own)]
    assert set(said[0]) - set(said[1]) == {"whose_luck"}
    for name in ("sentence", "same_money", "who_pays", "made_of", "stopping", "people_simulated", "citizen_months"):
        assert said[0][name] == said[1][name], name


def test_in_a_real_town_too(put, tmp_path):
    """A tenth of the teaching town for a year: the same bits as own people's, and lives that differ."""
    small = {"scale": 0.1, "years": 1, "replicates": 2, "workers": 1, "components": 0}
    own, out = tmp_path / "own", tmp_path / "nested"
    for folder, luck in ((own, "own"), (out, "nested")):
        put(compare.QUESTION, "experiments.running.engine", {**small, "population_luck": luck, "out": str(folder)})
    mine, theirs = files(out), files(own)
    assert {name for name, path in theirs.items() if path.read_bytes() != mine[name].read_bytes()} <= TELL_THE_SETTING
    differences = pd.read_parquet(out / peoples.DIFFERENCES)
    table = differences[differences["outcome"] == "crises"].pivot(index="replication", columns="life", values="diff")
    assert table.shape == (2, 3)
    led = differences.groupby(["replication", "outcome"])["diff"].nunique().groupby("replication").max()
    assert led.min() > 1, "whatever outcome it shows in: so few people have no crisis more or less in some years"


def test_every_people_lives_as_many_lives_as_asked_under_both_arms(nested):
    _, out = nested(lives=4, arms=["status_quo", "rationing", "radical"])
    table = pd.read_parquet(out / peoples.DIFFERENCES)
    crises = table[table["outcome"] == "crises"].pivot(index="replication", columns="life", values="diff")
    assert crises.shape == (9, 4)
    steps = crises.diff(axis=1).iloc[:, 1:]
    assert steps.to_numpy() == pytest.approx(steps.iloc[0, 0]), "one more for every life, and the same for every people"
    assert steps.iloc[0, 0] != 0
    runs = pd.read_parquet(out / "lives" / "runs.parquet", columns=["point", "arm", "replication"]).drop_duplicates()
    assert len(runs) == 3 * 2 * 9
    assert set(runs["arm"]) == {"rationing", "radical"}
    pairs = pd.read_parquet(out / "paired.parquet").query("year == 1 and outcome == 'crises'")
    assert list(crises[0]) == list(pairs["diff"])


def test_screen_and_manifest_tell_both_shares(nested):
    said, out = nested()
    told = pd.read_csv(out / "whose_luck.csv").set_index("outcome")
    assert "Whose luck is the difference?" in said
    assert "(9 groups of people, 3 lives each)" in said
    crises = told.loc["crises"]
    assert 0 < crises["share_later"] < crises["share_people"] < 1
    assert f"{100 * crises['share_people']:.0f} ({100 * crises['share_lo']:.0f} to" in said
    assert json.loads((out / "manifest.json").read_text())["whose_luck"][0] in said


@pytest.mark.parametrize("changes", [{"population_luck": "own"}, {"population_luck": "shared"}])
def test_nobody_lives_twice_unless_asked(nested, changes):
    said, out = nested(**changes)
    assert not (out / "lives").exists()
    assert not (out / "whose_luck.csv").exists()
    assert "Whose luck" not in said


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"replicates": 1, "components": 0}, "needs replicates=2 or more"),
        ({"uncertainty": "evidence"}, "fix: population_luck=own"),
        ({"lives": 1}, "lives=1"),
    ],
)
def test_what_cannot_be_split_is_refused_before_anything_is_lived(answered, trouble, changes, told):
    _, why = answered(**{"population_luck": "nested", **changes})
    assert told in why
    assert not list(trouble.glob("*-*"))


def test_damaged_tables_are_made_again_from_the_lives_that_were_kept(nested, trouble):
    _, out = nested()
    before = {name: (out / name).read_bytes() for name in MADE}
    lived = len(list(trouble.glob("ran-*")))
    for name in before:
        (out / name).write_bytes(b"damaged")
    nested()
    assert {name: (out / name).read_bytes() for name in before} == before
    assert len(list(trouble.glob("ran-*"))) == lived, "nothing was lived again"


def test_damaged_lives_are_lived_again(nested):
    _, out = nested()
    before = {name: (out / "lives" / name).read_bytes() for name in ("runs.parquet", KEPT)}
    (out / "lives" / "runs.parquet").write_bytes(b"damaged")
    nested()
    assert {name: (out / "lives" / name).read_bytes() for name in before} == before


def test_every_life_can_be_lived_again_and_the_tables_follow(nested, capsys, monkeypatch):
    _, out = nested()
    monkeypatch.setitem(as_asked.HERE, "workers", 1)  # a process of its own might know of another test's trouble
    assert cli.main(["verify", str(out), "rerun=900"]) == 0
    said = capsys.readouterr().out
    assert "byte for byte" in said
    lives = len(pd.read_parquet(out / "lives" / KEPT))
    assert lives == 2 * 9
    every = sum(len(pd.read_parquet(path)) for path in out.rglob(KEPT))
    assert f"{every} of {every} lived again: the same bytes" in said


def test_both_tables_are_there_from_python(nested):
    _, out = nested()
    result = api.open(out)
    assert {"share_people", "share_lo", "cut"} <= set(result.table("whose_luck").columns)
    assert {"replication", "life", "diff"} <= set(result.table("whose_luck_by_life").columns)
