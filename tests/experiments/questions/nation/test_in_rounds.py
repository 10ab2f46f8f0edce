"""A country whose designs spread across borders, on a made-up world: who looks to whom, who sees what, and what is refused."""

import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.statistics.sides import ABOVE
from experiments.configuration.places.authorities import authorities
from experiments.questions.nation import question as nation
from experiments.running.rounds import round_job
from experiments.running.rounds.together import LIKE, looked_to

pytestmark = pytest.mark.unhurried

THREE = ["leeds", "bradford", "rutland"]
SMALL = {
    "arms": ["rationing", "radical"],
    "replicates": 2,
    "scale": 0.1,
    "years": 3,
    "workers": 1,
    "out": "out",
    "authorities": THREE,
    "spread": "borders",
}


@pytest.fixture
def asked(put, monkeypatch):
    """Asks the stand-in about a country; returns what was said, and why it stopped."""
    monkeypatch.setattr(nation.Nation, "figures", lambda self, out, artists=None: None)

    def run(**own):
        said, complaint = put(nation.QUESTION, "stand_in", {**SMALL, **own})
        return " ".join(said.split()), " ".join(complaint.split())

    return run


def named(*names):
    known = authorities()
    return [known[name] for name in names]


def test_neighbours_touch_and_look_to_each_other():
    """The hexagons of Leeds and York touch; each sees the other, and nobody sees itself."""
    chosen = list(authorities().values())
    names, to = [each.name for each in chosen], looked_to(chosen)
    leeds, york = names.index("leeds"), names.index("york")
    assert york in to[leeds], "of another kind, so seen as a neighbour"
    assert leeds in to[york]
    assert all(number not in others and list(others) == sorted(set(others)) for number, others in enumerate(to))
    assert all(LIKE <= len(others) <= LIKE + 6 for others in to)


def test_a_council_looks_to_those_of_its_kind_that_are_most_like_it():
    chosen = list(authorities().values())
    names, to = [each.name for each in chosen], looked_to(chosen)
    seen = {chosen[k].name for k in to[names.index("kent")]}
    counties = {name for name in seen if authorities()[name].kind == "county"}
    assert len(counties) >= LIKE
    assert "isles_of_scilly" not in seen


def test_councils_of_other_kinds_far_away_see_nobody():
    assert looked_to(named("cornwall", "newham")) == [(), ()]


def test_each_sees_at_each_years_end_what_the_others_have_in_use(asked):
    """A third of services elsewhere use one design from the second year on, so that it is seen in the third."""
    said, complaint = asked(authorities=["leeds", "bradford", "wakefield", "kirklees"])
    assert "Services saw what neighbours and like councils had in use, so no authority can be lived by itself." in said
    assert complaint.count("year") <= 3
    runs = pd.read_parquet("out/runs.parquet")
    seen = runs.groupby("month")["crises" + ABOVE].unique()
    councils = 3  # of one kind: each looks to all others
    assert [each.tolist() for each in seen] == [
        [12 * councils],
        [12 * councils],
        [12 * (councils + round(councils / 3))],
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_who_keeps_which_life_makes_no_difference(asked, workers, monkeypatch):
    asked(workers=workers)
    lived = Path("out/runs.parquet").read_bytes()
    monkeypatch.setattr(round_job.RoundJob, "_has_room", lambda self, life: False)
    asked(out="again")
    assert Path("again/runs.parquet").read_bytes() == lived
    asked(out="within", spread="within")
    assert Path("within/runs.parquet").read_bytes() != lived


@pytest.mark.slow
def test_it_goes_on_with_the_year_in_which_it_was_stopped(asked, trouble):
    (trouble / "fail-1").touch()
    assert "the same command" in asked()[1]
    (trouble / "fail-1").unlink()
    kept = {folder.name for folder in Path("out").glob("*/replication-00000-*")}
    assert kept, "what had finished is kept"
    asked()
    went_on = Path("out/runs.parquet").read_bytes()
    asked(out="whole")
    assert Path("whole/runs.parquet").read_bytes() == went_on


def test_a_life_that_broke_off_within_a_year_is_not_gone_on_with(tmp_path, monkeypatch):
    """Whoever asks again in the same process gets a life of whole years, from the policy date."""
    begun = []

    class Life:
        people, year = 1, 0

        def __init__(self, *given):
            begun.append(self)

        def live_to(self, year, councils, seen):
            if len(begun) == 1 and year == 2:
                self.year = 1.5  # half a year further
                raise ValueError("made to fail")
            self.year = year

        def let_go(self):
            pass

        def designs_in_use(self):
            return {"month": np.arange(self.year) * 12 + 11, "a.core.x": np.zeros(self.year)}

    world = types.SimpleNamespace(YearlyLife=Life)
    monkeypatch.setattr(round_job, "import_module", lambda name: world)
    monkeypatch.setattr(round_job, "settled_for", lambda job: None)
    given = {"engine": "", "settled": tmp_path / "here", "policies": {"a": None}, "threads": 1, "parts": tmp_path}
    rounds = [
        round_job.RoundJob(**given, years=year, key=str(year), country="x", seen={0: {"a": {}}}, most_people=9)
        for year in (1, 2)
    ]
    rounds[0].carry_out(0)
    with pytest.raises(ValueError, match="made to fail"):
        rounds[1].carry_out(0)
    rounds[1].carry_out(0)
    assert len(begun) == 2
    round_job.RoundJob(**given, years=1, key="other", country="y", seen={0: {"a": {}}}, most_people=9).carry_out(0)
    assert {called[0] for called in round_job._lives} == {"y"}, "lives of a country that was left are let go"


def test_no_life_of_it_can_be_led_again_by_itself(asked, capsys):
    asked()
    assert cli.main(["replay", "out"]) == 2
    assert "no life can be led again by itself: services saw what other councils had in use" in " ".join(
        capsys.readouterr().err.split()
    )


def test_too_many_people_at_once_are_refused(asked):
    assert "every authority lives at once" in asked(scale=0.2)[1]
    assert not Path("out").exists()


@pytest.mark.parametrize("how", ["alone", "mandate"])
def test_where_no_service_follows_an_example_none_comes_from_elsewhere(asked, composed, how):
    behaviour = composed.data["behaviour"]
    structure = {**behaviour["structure"], "spread": how}
    said = asked(behaviour={**behaviour, "structure": structure})[1]
    assert f"behaviour.structure.spread={how} designs cross borders by example only" in said
