"""What work takes is reckoned before it begins: what is beyond the machine is refused, and what is long is said to be."""

import dataclasses
from pathlib import Path

import pytest

from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.running.job import Job
from experiments.running.machine import estimate
from experiments.running.machine.estimate import (
    Size,
    afford,
    in_bytes,
    in_time,
    of_beginning,
    of_replication,
    of_settling,
)
from experiments.running.session import ENGINE, Session, _sizes

ENDLESS = ("years=100", "scale=1", "replicates=100000")


def refusal(sizes, out, processes=2, large=False, afar=False):
    with pytest.raises(ConfigurationError) as refused:
        afford(sizes, processes, out, large, afar)
    return refused.value.message()


def test_what_the_machine_has_passes_without_a_word(tmp_path, capsys):
    afford([Size(36_000, 40, 5e6)] * 30, 2, tmp_path, large=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("size", "said"),
    [(Size(people=1e12), "of memory, of"), (Size(kept=1e18), "of disk, of"), (Size(seconds=1e9), "days of work")],
)
def test_what_is_beyond_it_is_refused_with_what_it_would_take_and_the_way_out(tmp_path, capsys, size, said):
    words = refusal([size], tmp_path / "not" / "there" / "yet")
    assert said in words
    assert "large=true runs it all the same" in words
    assert capsys.readouterr().err == ""
    afford([size], 2, tmp_path, large=True)


def test_what_takes_hours_is_said_to_and_run(tmp_path, capsys):
    afford([Size(seconds=7200)] * 4, 2, tmp_path, large=False)
    assert capsys.readouterr().err == "note: this takes about 4 hours on 2 processes; what finishes is kept\n"


def test_a_clusters_memory_and_time_are_its_own_but_the_disk_is_here(tmp_path):
    afford([Size(people=1e12, seconds=1e9)], 2, tmp_path, large=False, afar=True)
    assert "of disk" in refusal([Size(kept=1e18)], tmp_path, afar=True)


def test_a_limit_that_a_batch_system_sets_counts(tmp_path, monkeypatch):
    (tmp_path / "job_7").mkdir()
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "job_7" / "memory.max").write_text("123456789\n")
    monkeypatch.setattr(estimate, "CGROUP", tmp_path)
    monkeypatch.setattr(estimate.Path, "read_text", _told(estimate.Path.read_text, "0::/" + "job_7/step_0\n"))
    assert estimate.memory_of_machine() == 123456789
    assert "of 123 MB there are" in refusal([Size(people=1)], tmp_path)


def _told(read_text, groups):
    return lambda path, **how: groups if str(path) == "/proc/self/cgroup" else read_text(path, **how)


def test_more_of_anything_takes_more(composed):
    world = check(composed).world
    one = of_replication(world, 2, 1)
    assert of_replication(world, 2, 2).seconds > one.seconds > 0
    assert of_replication(world, 3, 1).kept > one.kept > of_replication(world, 2, 1, totals_only=True).kept > 0
    assert one.times(3) == Size(one.people, 3 * one.seconds, 3 * one.kept)
    begun = of_replication(world, 2, 1, has_begun=True)
    assert begun.seconds + of_beginning(world).seconds == pytest.approx(one.seconds)
    alone = world.model_copy(update={"settling_luck": "shared"})
    assert of_beginning(alone).seconds < of_beginning(world).seconds
    agents = world.model_copy(update={"engine": "agents"})
    assert of_settling(agents).seconds > 100 * of_settling(world).seconds
    assert one.people == world.place.population.number * world.scale


def test_what_begins_alike_is_lived_up_to_the_policy_date_once(composed):
    """A sweep of many points is not reckoned as if each settled every replication anew."""
    world = check(composed).world
    one, other = (
        Job("none", Path("place"), {"arm": None}, 1, 1, Path("parts"), key, world) for key in ("one", "other")
    )
    elsewhere = dataclasses.replace(one, settled=Path("elsewhere"))
    items = [(one, 0), (other, 0), (one, 1), (elsewhere, 0)]
    begins = [size == one.size for size in _sizes(items)]
    assert begins == [True, False, True, True]


@pytest.mark.parametrize(("number", "words"), [(90.0, "2 minutes"), (86_400.0, "1 day"), (3 * 3600.0, "3 hours")])
def test_times_are_read_easily(number, words):
    assert in_time(number) == words


@pytest.mark.parametrize(("number", "words"), [(3.2e9, "3.2 GB"), (5e6, "5 MB"), (4.46e12, "4.46 TB")])
def test_sizes_are_read_easily(number, words):
    assert in_bytes(number) == words


@pytest.mark.parametrize(
    "question",
    [["compare"], pytest.param(["sweep", "grid={seed:[1,2]}"], marks=pytest.mark.slow)],
    ids=["compare", "sweep"],
)
def test_an_endless_run_is_refused_before_anything_is_there(redesign, elsewhere, question):
    status, shown, said = redesign(*question, "place=teaching_town", "out=endless", *ENDLESS)
    assert (status, shown) == (2, "")
    assert said.startswith("redesign: one thing to put right, nothing was run")
    assert "large=true" in said
    assert not (elsewhere / "endless").exists()


def test_large_changes_no_result_and_no_key(composed):
    from experiments.results import results_folder

    plain, large = (
        check(dataclasses.replace(composed, data={**composed.data, "large": each})) for each in (False, True)
    )
    assert results_folder.results_key(plain, "1") == results_folder.results_key(large, "1")
    assert results_folder.configuration(plain) == results_folder.configuration(large)


def test_a_place_too_large_is_refused_before_it_settles(composed, tmp_path):
    plan = check(composed)
    place = plan.world.place.model_copy(
        update={"population": plan.world.place.population.model_copy(update={"value": 1e14})}
    )
    huge = dataclasses.replace(plan, world=plan.world.model_copy(update={"place": place}))
    session = Session("compare", tmp_path / "out", "key", {}, plan.settings, simulates=ENGINE, model="1")
    with pytest.raises(ConfigurationError, match="of memory"):
        session.settle(huge, tmp_path / "settled", lambda *steps: None)
