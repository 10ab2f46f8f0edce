"""A settled place that somebody made up, with checksums that fit: no row number leads compiled rules out of their arrays.

Every array of a place is attacked, whatever it is for, so that a new one is attacked without anybody thinking of it.
"""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from experiments.configuration.compose import compose
from experiments.questions.compare import comparison
from experiments.questions.compare import question as compare
from experiments.results import settled_place
from experiments.results.settled_place import read_settled, sound, write_settled
from experiments.running import engine
from simulation.build import build
from simulation.parameters.quantity import TIERS
from simulation.settling import soundness
from simulation.state.columns import People, Services, columns_of

BRIEF = ["burn_in.searches=0", "burn_in.elastic=36", "burn_in.settling=12", "burn_in.planned=12", "burn_in.own=12"]
WORLD = ["place=teaching_town", "scale=0.1", "years=1", *BRIEF]
ANY = {"state/people/seen", "state/people/months", "state/people/since"}
"""What may hold whatever its type can: it counts, is cut off at most, or is made anew before it is read."""


@pytest.fixture(scope="module")
def world():
    return compare.check(compose("compare", WORLD, [])).world


@pytest.fixture(scope="module")
def settled(world):
    return engine.settle(world)


@pytest.fixture
def wrong(settled, world, monkeypatch):
    """Says what is wrong with a place; it is built once for all."""
    built = build(world)
    monkeypatch.setattr(soundness, "build", lambda config: built)
    return lambda forged: soundness.unsound(forged, [world])


def parts_of(whole):
    if isinstance(whole, dict):
        return whole
    if isinstance(whole, tuple):
        return dict(zip(getattr(whole, "_fields", range(len(whole))), whole, strict=True))
    names = [field.name for field in fields(whole) if field.compare] if is_dataclass(whole) else []
    return {name: getattr(whole, name) for name in names}


def arrays_in(whole, at=()):
    """All arrays by where they are; of the months of the record, one."""
    if isinstance(whole, np.ndarray):
        return {"/".join(map(str, at)): (at, whole)}
    found = {}
    for name, part in parts_of(whole).items():
        if not (at == ("months",) and name != "citizens"):
            found |= arrays_in(part, (*at, name))
    return found


def forged(whole, at, part):
    """The same place with another part somewhere in it."""
    if not at:
        return part
    first, *rest = at
    inner = forged(parts_of(whole)[first], rest, part)
    if isinstance(whole, dict):
        return {**whole, first: inner}
    if hasattr(whole, "_replace"):
        return whole._replace(**{first: inner})
    if isinstance(whole, tuple):
        return tuple(inner if k == first else each for k, each in enumerate(whole))
    return replace(whole, **{first: inner})


def out_of_range(array):
    """Copies with one number that is nowhere right."""
    ends = (
        [np.nan, np.inf, -1e30] if array.dtype.kind == "f" else [np.iinfo(array.dtype).max, np.iinfo(array.dtype).min]
    )
    for worst in ends:
        if array.size and worst != 0:
            yield array.copy(), worst


def test_a_place_that_settled_is_sound(settled, wrong):
    assert wrong(settled) == ""


@pytest.mark.unhurried
def test_no_array_holds_what_is_out_of_range(settled, wrong):
    passed = []
    for name, (at, array) in arrays_in(settled).items():
        if name in ANY or array.dtype == bool:
            continue
        for copy, worst in out_of_range(array):
            copy.flat[copy.size // 2] = worst
            if (copy != array).any() and not wrong(forged(settled, at, copy)):
                passed.append((name, worst))
    assert passed == []


@pytest.mark.unhurried
def test_no_array_is_longer_shorter_or_of_another_type(settled, wrong):
    passed = []
    for name, (at, array) in arrays_in(settled).items():
        others = {
            "shorter": array[:-1],
            "longer": np.concatenate([array, array[:1]]),
            "flat": array[..., None],
            "of another type": array.astype(np.float32 if array.dtype != np.float32 else np.float64),
        }
        passed += [(name, how) for how, other in others.items() if array.size and not wrong(forged(settled, at, other))]
    assert [each for each in passed if each != ("months/citizens", "of another type")] == []


def first(condition):
    """The first place at which something holds."""
    return tuple(axis[0] for axis in np.nonzero(condition))


SLIGHT = {
    "a tie to somebody who is not there": lambda s: ("state/ties/other", 0, s.state.people.alive.size),
    "ties that end before they begin": lambda s: ("state/ties/start", 1, -1),
    "a home shared round a ring that never closes": lambda s: (
        "state/people/housemate", first(s.state.people.housemate == np.arange(s.state.people.alive.size)), 0
    ),
    "an area beyond the last": lambda s: ("state/people/area", 0, len(s.world.config.place.areas)),
    "a child of minus five": lambda s: ("state/people/birth_month", 0, 60),
    "a tenth age band": lambda s: ("state/people/band", 0, 9),
    "a fifth level of need": lambda s: ("state/people/level", (0, 0), 4),
    "a service beyond the last": lambda s: ("state/people/service", (0, 0), s.state.services.tier.size),
    "a service before the first": lambda s: ("state/people/service", (0, 0), -1),
    "a fourth tier": lambda s: ("state/people/tier", (0, 0), len(TIERS)),
    "a case with a service for another need": lambda s: (
        "state/people/service", first(s.state.people.state > 0),
        int((s.state.people.service[first(s.state.people.state > 0)] + 3) % s.state.services.tier.size),
    ),
    "a case of nobody's": lambda s: ("state/people/state", (int(np.argmin(s.state.people.alive)), 0), 2),
    "a child expected twice": lambda s: ("state/people/expects", 0, 2),
    "a design that nobody has": lambda s: ("state/services/design", 0, 0),
    "an agency beyond the last": lambda s: ("state/services/owner", 0, 11),
    "a freeze of a third kind": lambda s: ("state/agencies/frozen", 0, 3.0),
    "half a freeze": lambda s: ("state/agencies/frozen", 0, 0.5),
    "an area served from nowhere": lambda s: ("state/ground/service", (0, 0, 0), s.state.services.tier.size),
    "rows of an area that overlap the next": lambda s: ("state/ground/first_row", 1, 10**6),
    "money from nowhere": lambda s: ("state/ledger/balance", 0, 10**9),
    "a line of the accounts that is not there": lambda s: ("state/ledger/of_payment", (0, 0), 10**6),
    "a block that ends beyond the last row": lambda s: ("world/edges", -1, 10**6),
    "a chance of death that is no chance": lambda s: ("state/vital/death", (0, 0), 2.0),
}  # fmt: skip
"""What is the least wrong that it can be."""


@pytest.mark.parametrize("what", SLIGHT)
def test_nothing_is_slightly_wrong(what, settled, wrong):
    name, where, value = SLIGHT[what](settled)
    at, array = arrays_in(settled)[name]
    copy = array.copy()
    copy[where] = value
    assert (copy != array).any()
    assert wrong(forged(settled, at, copy))


@pytest.mark.parametrize(
    ("at", "part"),
    [
        (("state", "month"), -1),
        (("state", "jobs_lost"), 1e9),
        (("replication",), 0),
        (("state", "ledger", "lines"), ("nhs.made_up",)),
        (("state", "ledger", "of_service"), {}),
        (("world", "challenges"), ("obesity",)),
        (("world", "catalogue", "designs"), ()),
    ],
)
def test_what_is_no_array_is_as_it_was_built(at, part, settled, wrong):
    assert wrong(forged(settled, at, part))


@pytest.mark.parametrize("change", [{"seed": 2}, {"scale": 0.2}, {"designs": {}}])
def test_a_place_of_another_world_is_not_taken_for_this_one(change, settled, wrong):
    other = settled.world.config.model_copy(update=change)
    assert wrong(forged(settled, ("world", "config"), other)) == "world.config"


@pytest.mark.parametrize("table", [People, Services])
def test_every_column_is_bounded_or_as_it_was_built(table, settled):
    """Whatever settling leaves as it is has no range of its own."""
    bounded = soundness.COMES_TO if table is People else soundness.SERVICES_COME_TO
    assert set(bounded) <= set(columns_of(table))


def test_a_forged_file_is_set_aside_and_the_place_is_not_lived_in(settled, world, tmp_path):
    path = tmp_path / settled_place.settled_name("0123456789abcdef")
    write_settled(path, settled)
    found = sound(path, engine, [world])
    assert found.state.month == settled.state.month
    at, array = arrays_in(settled)["state/people/housemate"]
    write_settled(path, forged(settled, at, array + 10**6))
    assert read_settled(path, engine.settled_type()).state.people.housemate.min() >= 10**6
    assert sound(path, engine, [world]) is None
    assert [each.name for each in tmp_path.iterdir()] == [f"damaged-{path.name}"]


@pytest.mark.parametrize("how", ["of another world", "of bytes", "of nothing"])
def test_a_run_that_is_taken_up_settles_a_forged_place_again(how, made_up, tmp_path):
    """The first session was ended; somebody puts another settled place into its folder."""
    (plan,) = [compare.QUESTION.plans(made_up)]
    once, again = (comparison.session_of(plan, tmp_path / "out") for _ in range(2))
    place = once.place_of(plan)
    once.settle(plan, place, lambda *steps: None)
    whole = place.read_bytes()
    if how == "of another world":
        kept = read_settled(place, once.settled(place).__class__)
        write_settled(place, replace(kept, seed=kept.seed + 1))
    else:
        place.write_bytes(b"made up" if how == "of bytes" else b"")
    again.settle(plan, place, lambda *steps: None)
    assert place.read_bytes() == whole
    assert place.with_name(f"damaged-{place.name}").exists()
