"""Two lives of one citizen: the same where the arms are, and parting in the month in which the arrays do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.configuration.compose import Composed
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError, Stopped
from experiments.questions.biography import divergence, narrative
from experiments.questions.biography import question as biography
from experiments.questions.biography.searches import ages_of
from experiments.questions.biography.selection import compare_everybody, search
from experiments.questions.biography.trajectories import Follower, follow
from experiments.running import engine
from experiments.running.lives import events
from experiments.running.lives.events import Names
from experiments.running.lives.moments import COMPARED, DIED
from experiments.running.lives.side_by_side import ages_at
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.run import policy_date

YEARS = 3


@pytest.fixture(scope="module")
def plan(composed):
    data = {**composed.data, "scale": 0.1, "years": YEARS, "threads": 1}
    return check(Composed(data, composed.choices))


@pytest.fixture(scope="module")
def start(plan):
    settled = engine.settle(plan.world)
    return settled.world, policy_date(settled, 0)[0]


@pytest.fixture(scope="module")
def two(plan):
    return {arm: plan.policies[arm] for arm in ("rationing", "radical")}


@pytest.fixture(scope="module")
def found(start, two):
    return compare_everybody(*start, two, 0, YEARS, 1)


@pytest.fixture(scope="module")
def lives(start, two, found):
    row = search("most_different", found, ages_at(start[1]), (0, 999))
    return follow(*start, two, row, 0, YEARS)


def names_of(world):
    return Names(list(world.config.challenges.values()))


def test_identical_arms_give_the_same_life(start, plan, lives):
    world, state = start
    twins = {"one": plan.policies["radical"], "other": plan.policies["radical"]}
    told = narrative.tell(follow(world, state, twins, lives.row, 0, 1), world, state)
    assert told.facts["same"]
    assert told.facts["told"] == ["The two lives are the same, from the first month to the last."]
    assert not compare_everybody(world, state, twins, 0, 1, 1).months.any()


def test_the_lives_part_in_the_month_in_which_the_arrays_do(start, two, lives):
    """Plain places, lived apart: the first month whose end finds the row different is the month that is told."""
    world, state = start
    seen = {}
    for arm, policy in two.items():
        place = PlaceModel(world, state.copy(), policy, key_of(world.config.seed, 0))
        seen[arm] = []
        for _ in range(12 * YEARS):
            place.step()
            seen[arm].append({name: np.copy(getattr(place.state.people, name)[lives.row]) for name in COMPARED})
    apart = [
        any(not np.array_equal(a[name], b[name]) for name in COMPARED) for a, b in zip(*seen.values(), strict=True)
    ]
    told = divergence.find(lives)
    assert any(apart)
    assert told.month == apart.index(True)
    months = narrative.tell(lives, *start).months
    rows = months[(months["arm"] == "radical")].pivot(index="month", columns="challenge", values="level")
    last = int(rows.index.max())
    assert rows.loc[last, list(world.challenges)].tolist() == seen["radical"][last]["level"].tolist()


def test_a_followed_place_lives_as_any_other(start, two, lives):
    world, state = start
    key = key_of(world.config.seed, 0)
    followed, plain = (PlaceModel(world, state.copy(), two["radical"], key) for _ in range(2))
    followed.observers.append(Follower(lives.row, followed))
    for _ in range(13):
        followed.step()
        plain.step()
    a, b = followed.recorder.table(), plain.recorder.table()
    assert all(np.array_equal(a[name], b[name]) for name in b)


def test_everybody_counted_is_what_a_life_followed_shows(start, lives, found):
    ends = [[m for m in lives.moments[arm] if m.phase == "outcome"] for arm in lives.arms]
    differ = 0
    for one, other in zip(*ends, strict=True):
        gone = bool(one.ending), bool(other.ending)
        need = any(
            not np.array_equal(one.person[name] * (not gone[0]), other.person[name] * (not gone[1]))
            for name in ("level", "state")
        )
        differ += need or gone[0] != gone[1]
    assert differ == found.months[lives.row] == found.months.max() > 0


@pytest.mark.unhurried
def test_deaths_are_told_from_departures(start, two):
    """Everybody's ending, added up, is what the place itself counted."""
    world, state = start
    people = state.people
    old = [int(row) for row in np.argsort(people.birth_month) if people.alive[row]][:12]
    endings = []
    for row in old:
        place = PlaceModel(world, state.copy(), two["radical"], key_of(world.config.seed, 0))
        follower = Follower(row, place)
        place.observers.append(follower)
        while place.month < 12 * YEARS and not (follower.moments and follower.moments[-1].ending):
            place.step()
        if follower.moments[-1].ending:
            endings.append(follower.moments[-1].ending)
            counted = place.recorder.table()["deaths" if endings[-1] == DIED else "departures"]
            assert counted[-1] >= 1
    assert DIED in endings


@pytest.mark.parametrize(
    ("phase", "asked", "offers", "expected"),
    [
        (
            "triage",
            2,
            {"threshold": (2.3, 2.0)},
            "severity 2.30 under rationing and from 2.00 under radical; this person's was 2.14",
        ),
        (
            "serve",
            0,
            {"places": (1, 3), "queue": (9, 4)},
            "room for 1 new cases with 9 waiting under rationing, for 3 with 4 waiting",
        ),
        (
            "outcome",
            0,
            {"intensity": (0.6, 1.0)},
            "gave each case 60% of its hours under rationing and 100% under radical",
        ),
        ("seek", 2, {"burden": (0.1, 0.05)}, "put off 10% of would-be askers under rationing and 5% under radical"),
    ],
)
def test_a_difference_is_said_in_words(start, lives, phase, asked, offers, expected):
    c, tier, moment = 1, 1, lives.moments["rationing"][10]
    state = {"serve": 1, "outcome": 2}.get(phase, 0)
    person = moment.person | {
        name: np.full_like(moment.person[name], value)
        for name, value in {"asked": asked, "state": state, "tier": tier, "level": 2}.items()
    }
    common = replace(moment, phase=phase, person=person, severity=np.full(moment.severity.size, 2.14), ending="")
    arms = []
    for arm, root in ((0, 0), (1, 1)):
        own = {name: np.full_like(moment.offers["threshold"], pair[arm]) for name, pair in offers.items()}
        cause = np.full_like(person["cause"], 0)
        cause[c] = root
        arms.append(replace(common, person=person | {"cause": cause}, offers=moment.offers | own))
    told = divergence.Parting(3, phase, divergence.differing(*arms), c, common, tuple(arms))
    assert told.columns == ("cause",)
    assert expected in divergence.why(told, ["rationing", "radical"], names_of(start[0]))


def test_refusal_and_a_place_on_the_list_are_told_apart(start, lives):
    names, moment = names_of(start[0]), lives.moments["rationing"][10]
    blank = {name: np.zeros_like(moment.person[name]) for name in ("asked", "state", "tier")}
    asked, waits = np.copy(blank["asked"]), np.copy(blank["state"])
    asked[0], waits[0], tier = 2, 1, np.ones_like(blank["tier"])
    before = replace(moment, person=moment.person | blank | {"asked": asked}, ending="")
    refused = replace(before, phase="triage")
    listed = replace(refused, person=before.person | {"state": waits, "tier": tier})
    assert events.events(before, refused, names)[0].endswith("for help and is refused")
    assert events.events(before, listed, names)[0].endswith("and is put on the list")
    assert (events.date_of(0), events.date_of(35)) == ("April 2011", "March 2014")


def test_searches_find_whom_they_say(start, found):
    ages = ages_at(start[1])
    row = search("typical", found, ages, (65, 999))
    among = found.there & (ages >= 65) & (found.months > 0)
    assert among[row]
    fewer, at_most = ((found.months[among] < found.months[row]).sum(), (found.months[among] <= found.months[row]).sum())
    assert fewer <= among.sum() / 2 <= at_most
    row = search("crisis_in_one_arm", found, ages, (0, 999))
    assert found.crisis[0, row] != found.crisis[1, row]
    with pytest.raises(Stopped, match="finds nobody"):
        search("most_different", found, ages, (300, 400))


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("65..", (65, 999)),
        ("..17", (0, 17)),
        ("18..64", (18, 64)),
        ("40", (40, 40)),
        ("..", None),
        ("64..18", None),
        ("old", None),
    ],
)
def test_ages_are_read(text, ages):
    assert ages_of(text) == ages


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"citizen": "most_diferent"}, "did you mean most_different"),
        ({"citizen": 3, "age": "65.."}, "age= and need= are for a search"),
        ({"age": "old"}, "must be ages, as 65.."),
        ({"age": "old"}, "fix: for example age=65.."),
        ({"citizen": "foo"}, "fix: for example citizen=most_different"),
        ({"need": "later_lif"}, "did you mean later_life"),
        ({"replication": -1}, "replication"),
        ({"uncertainty": "evidence", "replicates": 2}, "is a way to compare"),
    ],
)
def test_what_makes_no_biography_is_refused(composed, own, said):
    with pytest.raises(ConfigurationError) as refusal:
        biography.check(Composed({**composed.data, **own}, composed.choices))
    assert len(refusal.value.faults) == 1
    assert said in refusal.value.message()


def test_a_row_that_is_none_is_refused_before_anything_is_lived(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["biography", "place=teaching_town", "scale=0.1", "years=1", "citizen=99999"]) == 2
    said = capsys.readouterr().err
    assert said.count("fix:") == 1
    assert "citizen=99999" in said
    assert "there are rows 0 to" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_command_tells_two_lives(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["biography", "place=teaching_town", "scale=0.1", "years=2", "age=65..", "need=later_life", "out=life"]
    assert cli.main(words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "not evidence" in said
    assert "The two lives" in said
    files = {path.relative_to(tmp_path / "life").as_posix() for path in (tmp_path / "life").rglob("*")}
    assert {"biography.csv", "diary.csv", "biography.json", "manifest.json"} <= files
    assert {f"figures/biography{end}" for end in (".png", ".svg", ".alt.txt", ".csv")} <= files
    months = pd.read_csv(tmp_path / "life" / "biography.csv", keep_default_na=False)
    assert set(months["arm"]) == {"rationing", "radical"}
    assert (months["age"] >= 65).all()
    before = (tmp_path / "life" / "biography.csv").read_bytes()
    assert cli.main(words) == 0
    again = capsys.readouterr()
    assert "holds this already, finished" in again.err
    assert (tmp_path / "life" / "biography.csv").read_bytes() == before


def test_whoever_moves_in_later_has_no_part_in_a_life_that_has_ended(lives):
    """Both lives end alike; the row's next citizens differ, which is no parting."""
    first = lives.arms[0]
    alike = list(lives.moments[first][:4])
    gone = [replace(each, ending=DIED) for each in alike[2:]]
    other = replace(gone[1], person=gone[1].person | {"level": gone[1].person["level"] + 1})
    two = replace(lives, moments={lives.arms[0]: [*alike[:2], *gone], lives.arms[1]: [*alike[:2], gone[0], other]})
    assert divergence.find(two) is None
    apart = replace(two, moments={**two.moments, lives.arms[1]: [*alike[:3], other]})
    assert divergence.find(apart) is not None
