"""Pilots that are run because services see what zones have in use, on a made-up world: who lives how, and what comes of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import stand_in

from experiments import cli, storage
from experiments.analysis.statistics.sides import ABOVE
from experiments.questions.nation import question as nation
from experiments.questions.pilot import spill_over
from experiments.questions.pilot.question import QUESTION
from experiments.running.rounds import round_job

pytestmark = pytest.mark.unhurried

SIX = ["leeds", "bradford", "wakefield", "kirklees", "calderdale", "sheffield"]
INSIDE, OUTSIDE = "radical", "rationing"
QUICK = ["judged=3", "zones=2", "outcomes=crises", "methods=[before_after,randomisation]", "workers=1"]


@pytest.fixture
def country(put, monkeypatch):
    """A country of the made-up world, in which radical redesign begins in the second year."""
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: None)
    monkeypatch.setattr(type(QUESTION), "figures", lambda self, out, artists=None: None)

    def run(**own):
        settings = {
            "arms": [OUTSIDE, INSIDE],
            "contrast": [INSIDE, OUTSIDE],
            "replicates": 2,
            "scale": 0.1,
            "years": 3,
            "workers": 1,
            "out": "country",
            "authorities": SIX,
            "spread": "within",
        }
        said, why = put(nation.QUESTION, "stand_in", settings | own)
        assert Path("country/manifest.json").is_file(), why
        monkeypatch.setattr(spill_over.Country, "begins", lambda self, outside, inside: 1)
        return said

    return run


def asked(capsys, *words, out="out"):
    """Asks for pilots that are run; returns the status, and what was said."""
    status = cli.main(["pilot", "nation=country", "spill_over=true", *QUICK, *words, f"out={out}"])
    said = capsys.readouterr()
    return status, " ".join((said.out + said.err).split())


def crises(out="out"):
    """Crises of every country that was run, by arm, replication, authority and year."""
    lived = pd.read_parquet(Path(out) / spill_over.LIVED)
    return lived.set_index(["arm", "replication", "point", "month"])["crises" + ABOVE]


def test_every_pilot_is_run_beside_a_country_without_zones(country, capsys):
    country()
    status, said = asked(capsys, "chosen=[random,most_deprived]", "run=3")
    assert status == 0
    assert "each pilot was run" in said
    lived = crises()
    replications = {arm: set(own.index.get_level_values("replication")) for arm, own in lived.groupby("arm")}
    assert replications == {"nobody": {0, 1}, "random 2 0": {0, 1}, "random 2 1": {0}, "most_deprived 2 0": {0, 1}}
    assert len(lived) == 7 * len(SIX) * 3
    table = storage.read_csv(Path("out/answer.csv"))
    assert table["run"].all()
    assert table.groupby("chosen")["pilots"].max().to_dict() == {"most_deprived": 2, "random": 3}


def test_zones_live_their_arm_and_everybody_else_the_other(country, capsys, monkeypatch):
    """What zones do reaches others: each is told of so many councils, and of what those use, whoever is a zone."""
    country()
    led = []

    class Noted(stand_in.YearlyLife):
        def __init__(self, settled, policy, replication, threads=1):
            super().__init__(settled, policy, replication, threads)
            led.append((settled.seed, replication, policy.title))

    monkeypatch.setattr(stand_in, "YearlyLife", Noted)
    assert asked(capsys, "chosen=random", "run=2")[0] == 0
    zones = [(place, replication) for place, replication, title in led if title == "Radical redesign"]
    assert len(zones) == len(set(zones)) == 2 * 2
    assert sorted(replication for _, replication in zones) == [0, 0, 1, 1]
    assert len(led) == 2 * 2 * len(SIX), "nobody's country and the pilot's, of two replications"
    pilots = pd.read_parquet("out/pilots.parquet")
    assert np.isfinite(pilots["true_of_others"]).all()


def test_how_many_are_lived_at_once_makes_no_difference(country, capsys, monkeypatch):
    country()
    asked(capsys, "chosen=random", "run=4")
    monkeypatch.setattr(spill_over, "people_kept", lambda processes=1: 1)
    monkeypatch.setattr(round_job.RoundJob, "_has_room", lambda self, life: False)
    asked(capsys, "chosen=random", "run=4", out="one")
    for name in (spill_over.LIVED, "answer.csv", "pilots.parquet"):
        assert (Path("one") / name).read_bytes() == (Path("out") / name).read_bytes(), name


@pytest.mark.slow
def test_it_goes_on_where_it_was_stopped(country, capsys, trouble):
    country()
    (trouble / "fail-1").touch()
    status, said = asked(capsys, "chosen=random", "run=2")
    assert status != 0
    assert "the same command" in said
    (trouble / "fail-1").unlink()
    assert asked(capsys, "chosen=random", "run=2")[0] == 0
    went_on = Path("out/pilots.parquet").read_bytes()
    asked(capsys, "chosen=random", "run=2", out="whole")
    assert Path("whole/pilots.parquet").read_bytes() == went_on


def test_what_was_run_is_evaluated_again_where_tables_are_damaged(country, capsys, monkeypatch):
    country()
    asked(capsys, "chosen=random", "run=2")
    kept = Path("out/answer.csv").read_bytes()
    Path("out/answer.csv").write_text("nothing")
    with monkeypatch.context() as patched:
        patched.setattr(round_job.RoundJob, "carry_out", None)
        status, said = asked(capsys, "chosen=random", "run=2")
    assert status == 0, said
    assert "damaged or missing" in said
    assert Path("out/answer.csv").read_bytes() == kept


def test_what_cannot_be_run_is_refused_before_anything_is(country, capsys, monkeypatch):
    country()
    status, said = asked(capsys, "luck=of_everybody")
    assert status == 2
    assert "luck=of_everybody cannot be had where pilots are run" in said
    monkeypatch.setattr(stand_in, "model_version", lambda: "stand-in 2")
    status, said = asked(capsys)
    assert status == 2
    assert "was made by another version of the model: stand-in 1; here it is stand-in 2" in said
    assert not Path("out").exists()


def test_a_country_too_large_to_be_lived_at_once_is_refused(country, capsys):
    country(scale=0.2)
    status, said = asked(capsys)
    assert status == 2
    assert "with spill_over=true every authority lives at once; at most 0.1 of its people can" in said
    assert "or spill_over=false" in said


def test_without_spill_over_nothing_is_known_of_others(country, capsys):
    country()
    assert cli.main(["pilot", "nation=country", *QUICK, "chosen=random", "drawn=10", "out=apart"]) == 0
    pilots = pd.read_parquet("apart/pilots.parquet")
    assert (pilots["true_of_others"] == 0).all()
    assert not storage.read_csv(Path("apart/answer.csv"))["run"].any()
    assert not (Path("apart") / spill_over.LIVED).exists()
    assert "whose services saw" not in capsys.readouterr().out
