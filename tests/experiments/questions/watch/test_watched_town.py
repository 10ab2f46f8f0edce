"""Every dot is one recorded citizen: counts are those of a comparison, a life is the biography's, packing loses nothing."""

import base64
import re
from dataclasses import replace

import numpy as np
import pytest

from experiments import cli
from experiments.configuration import options
from experiments.configuration.compose import Composed, compose
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.questions.biography import divergence, narrative
from experiments.questions.biography.trajectories import follow
from experiments.questions.lesson import question as lesson
from experiments.questions.watch import packing, town
from experiments.questions.watch import question as watch
from experiments.running import engine
from simulation.parameters.quantity import TIERS
from simulation.run import policy_date, run

pytestmark = pytest.mark.unhurried

YEARS, LUCK = 2, 1
LOW_TWO = 3
CASES = ("none", "waiting", "served", "ready")


@pytest.fixture(scope="module")
def plan(composed):
    data = {**composed.data, "scale": 0.08, "years": YEARS, "threads": 1}
    return check(Composed(data, composed.choices))


@pytest.fixture(scope="module")
def settled(plan):
    return engine.settle(plan.world)


@pytest.fixture(scope="module")
def start(settled):
    return policy_date(settled, LUCK)[0]


@pytest.fixture(scope="module")
def two(plan):
    return {arm: plan.policies[arm] for arm in ("rationing", "radical")}


@pytest.fixture(scope="module")
def lived(settled, start, two):
    return town.live(settled.world, start, two, LUCK, YEARS)


@pytest.fixture(scope="module")
def told(lived, settled, start):
    return town.record(lived, settled.world, start)


@pytest.fixture(scope="module")
def compared(settled, two):
    """The same replication as a comparison lives it."""
    return run(settled, two, LUCK, YEARS, totals_only=True)


def numbers_in(text):
    """Whole numbers, seven bits a byte from the lowest on."""
    value = shift = 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def table_in(text, months, cells):
    """A table from its changes."""
    numbers, table = numbers_in(text), np.zeros((months, cells), dtype=int)
    for cell in range(cells):
        month = 0
        for _ in range(next(numbers)):
            month += next(numbers)
            table[month:, cell] = next(numbers)
    assert next(numbers, None) is None
    return table


def happened_in(text, cells):
    """What happens in each cell: months and values."""
    numbers, found = numbers_in(text), []
    for _ in range(cells):
        month, list_of = 0, []
        for _ in range(next(numbers)):
            month += next(numbers)
            list_of.append((month, next(numbers)))
        found.append(list_of)
    assert next(numbers, None) is None
    return found


def codes_of(told, place):
    """Everybody's codes in one town: (months, rows, challenges)."""
    kinds = len(told["challenges"])
    table = table_in(told["towns"][place]["cells"], told["months"], told["rows"] * kinds)
    return np.array(told["codes"])[table].reshape(told["months"], told["rows"], kinds)


def array_in(text, kind):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def test_dots_add_up_to_what_a_comparison_records(told, two, compared):
    for place, arm in enumerate(two):
        codes, record = codes_of(told, place), compared.months[arm]
        state, tier = codes >> 2 & LOW_TWO, codes >> 4 & LOW_TWO
        for c, each in enumerate(told["challenges"]):
            name = each["name"]
            found = {f"waiting.{name}": state == 1, f"refused.{name}": codes >> 8 & 1, f"crises.{name}": codes >> 9 & 1}
            found |= {f"in_service.{name}.{t}": (state >= 2) & (tier == k) for k, t in enumerate(TIERS)}
            for measure, dots in found.items():
                assert dots[:, :, c].sum(axis=1).tolist() == record[measure].tolist(), (arm, measure)
            asked = (codes[:, :, c] >> 6 & LOW_TWO > 0).sum(axis=1)
            contacts = record[f"contacts.{name}.value"] + record[f"contacts.{name}.failure"]
            assert asked.tolist() == (contacts - record[f"crises.{name}"]).tolist()
        assert sum(record["refused"]) > 0 < sum(record["crises"])


def test_whoever_is_there_is_who_a_comparison_counts(told, two, compared, start):
    for place, arm in enumerate(two):
        homes = table_in(told["towns"][place]["homes"], told["months"], told["rows"])
        assert (homes > 0).sum(axis=1).tolist() == compared.months[arm]["citizens"].tolist()
        newcomers = len(array_in(told["towns"][place]["newcomers"]["born"], "<i2"))
        assert newcomers == compared.months[arm]["births"].sum() + compared.months[arm]["arrivals"].sum()
    assert array_in(told["here"], "u1").sum() == told["people"] == start.people.alive.sum()


def test_the_table_of_counts_says_the_same(lived, two, compared, settled):
    counted = town.counts(lived.recorders, settled.world.challenges)
    for arm in two:
        rows = counted[counted["arm"] == arm].groupby("month").sum(numeric_only=True)
        for name in ("refused", "waiting", "crises"):
            assert rows[name].tolist() == compared.months[arm][name].tolist()


@pytest.fixture(scope="module")
def some(told, start):
    """Rows of a few citizens: whose lives part first and last, whose never do, and the oldest, of whom some die."""
    there, parting = start.people.alive == 1, array_in(told["parting"], "<i2")
    apart = np.flatnonzero(parting >= 0)
    ordered = apart[np.argsort(parting[apart], kind="stable")]
    never = np.flatnonzero(there & (parting < 0))[:1]
    oldest = [row for row in np.argsort(start.people.birth_month, kind="stable") if there[row]][:3]
    return [int(row) for row in (*ordered[:2], *ordered[-1:], *never, *oldest)]


def test_a_life_is_what_biography_tells(told, settled, start, two, some):
    diaries = [happened_in(each["diary"], told["rows"]) for each in told["towns"]]
    codes = [codes_of(told, place) for place in (0, 1)]
    parting, phase = array_in(told["parting"], "<i2"), array_in(told["parting_phase"], "u1")
    endings = 0
    for row in some:
        lives = follow(settled.world, start, two, row, LUCK, YEARS)
        biography = narrative.tell(lives, settled.world, start)
        found = divergence.find(lives)
        assert parting[row] == (found.month if found else -1)
        if found:
            assert told["phases"][phase[row]] == found.phase
        for place, arm in enumerate(two):
            mine = [(month, told["sentences"][what]) for month, what in diaries[place][row]]
            first = next((k for k, (_, what) in enumerate(mine) if what in ("dies", "moves away")), len(mine))
            theirs = biography.diary[biography.diary["arm"] == arm]
            assert mine[: first + 1] == list(zip(theirs["month"], theirs["what"], strict=True)), (row, arm)
            endings += first < len(mine)
            months = biography.months[(biography.months["arm"] == arm) & (biography.months["alive"] == 1)]
            for c, each in enumerate(told["challenges"]):
                rows = months[months["challenge"] == each["name"]]
                own = codes[place][rows["month"], row, c]
                assert (own & LOW_TWO).tolist() == rows["level"].tolist()
                assert [CASES[k] for k in own >> 2 & LOW_TWO] == rows["state"].tolist()
                at = [TIERS[k >> 4 & LOW_TWO] if k >> 2 & LOW_TWO else "" for k in own]
                assert at == rows["tier"].tolist()
    assert endings > 0
    assert (parting[some] >= 0).any()
    assert (parting[some] < 0).any()


def test_services_and_purses_are_those_of_the_record(told, two, compared):
    holders = told["agencies"]
    for place, arm in enumerate(two):
        record, own = compared.months[arm], told["towns"][place]
        purses = array_in(own["purses"], "<i4").reshape(told["months"], -1)
        frozen = array_in(own["frozen"], "u1").reshape(told["months"], -1)
        services = array_in(own["services"], "u1").reshape(told["months"], 3, len(told["services"]))
        for k, agency in enumerate(holders):
            assert purses[:, k].tolist() == (record[f"reserves.{agency}"] // 100).tolist()
            assert (frozen[:, k] == 2).tolist() == (record[f"frozen.{agency}"] == 1).tolist()
        redesigned = sum(record[f"services.{name}"] for name in sorted(designs_in(record)))
        assert (services[:, 1] >= 4).sum(axis=1).tolist() == redesigned.tolist()


def designs_in(record):
    """Designs of which it was recorded how many services run them."""
    return {name.partition(".")[2] for name in record if name.startswith("services.")} - {"total"}


def test_equal_policies_make_equal_towns(settled, start, two):
    twins = {"one": two["radical"], "other": two["radical"]}
    told = town.record(town.live(settled.world, start, twins, LUCK, 1), settled.world, start)
    assert told["towns"][0] == told["towns"][1]
    assert (array_in(told["parting"], "<i2") == -1).all()


def test_numbers_of_any_size_are_packed():
    values = [0, 1, 127, 128, 300, 16_383, 16_384, 2_000_000, 2**34]
    assert list(numbers_in(packing.numbers(np.array(values)))) == values
    assert packing.numbers(np.zeros(0, dtype=np.int64)) == ""
    for wrong in (-1, 2**35):
        with pytest.raises(ValueError, match="cannot be packed"):
            packing.numbers(np.array([3, wrong]))


def test_tables_of_any_shape_come_back():
    chance = np.random.default_rng(1)
    for months, cells, high in ((1, 1, 2), (5, 3, 2), (30, 40, 400), (7, 200, 1)):
        table = chance.integers(0, high, (months, cells)) * (chance.random((months, cells)) < 0.2)
        assert table_in(packing.changes(table), months, cells).tolist() == table.tolist()


@pytest.mark.parametrize(
    ("own", "said"),
    [({"replication": -1}, "replication"), ({"uncertainty": "evidence", "replicates": 2}, "is a way to compare")],
)
def test_what_cannot_be_watched_is_refused(composed, own, said):
    with pytest.raises(ConfigurationError) as refusal:
        watch.check(Composed({**composed.data, **own}, composed.choices))
    assert len(refusal.value.faults) == 1
    assert said in refusal.value.message()


def test_the_scale_that_is_proposed_will_do():
    """Of a place that is too large, as much is proposed as may be watched, and little less."""
    large = compose("watch", ["place=croydon", "scale=0.1"], [])
    with pytest.raises(ConfigurationError) as refusal:
        watch.check(large)
    assert "at most 10,000 can be watched" in refusal.value.message()
    scale = float(re.search(r"fix: scale=([\d.]+), or a smaller place", refusal.value.message())[1])
    watch.check(replace(large, data={**large.data, "scale": scale}))
    with pytest.raises(ConfigurationError):
        watch.check(replace(large, data={**large.data, "scale": 1.1 * scale}))


@pytest.mark.slow
def test_the_command_makes_a_page_and_finds_it_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["watch", "scale=0.05", "years=1", "out=town"]
    assert cli.main(words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "not the average and not evidence" in said
    assert "report.html" in said
    page = (tmp_path / "town" / "report.html").read_bytes()
    assert cli.main(words) == 0
    assert "holds this already, finished" in capsys.readouterr().err
    assert cli.main(["verify", "town"]) == 0
    (tmp_path / "town" / "report.html").unlink()
    assert cli.main(["report", "town"]) == 0
    assert (tmp_path / "town" / "report.html").read_bytes() == page


@pytest.mark.parametrize("name", options.find("lesson"))
def test_a_lessons_town_is_the_one_of_its_page(name):
    """The same place, people and two policies as `redesign lesson` plans them, and one pair of lives."""
    typed = [f"lesson={name}", "years=3", "seed=3"]
    seen = watch.check(compose("watch", [*typed, "replication=4"], []))
    page = lesson.lesson_of(compose("lesson", typed, [])).runs.base
    assert seen.own.replication == 4
    assert seen.plan.settings.contrast == page.settings.contrast
    assert {arm: seen.plan.policies[arm] for arm in page.settings.contrast} == page.policies
    assert (seen.plan.world, seen.plan.settings.seed) == (page.world, page.settings.seed)
    assert (seen.plan.settings.years, seen.plan.settings.replicates) == (3, 1)
    assert watch.check(seen.plan.composed).plan.world == page.world, "as when it is lived again"
