"""What is handed to a worker at once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.running.executor import Run
from experiments.running.job import Job
from experiments.running.pool import Runner

WORKERS = 2


def handed_out(replications, luck, keys=("one", "other"), places=1):
    """What workers get of some worlds of a place, or of more places, by name and number."""
    world = SimpleNamespace(settling_luck=luck)
    jobs = [
        Job("none", Path(f"settled-{place}"), {}, 1, 1, Path("parts"), f"{place}{key}", world)
        for place in range(places)
        for key in keys
    ]
    items = [(job, number) for number in range(replications) for job in jobs]
    run = Run(items, Runner(WORKERS, None), lambda report: None)
    return [[(job.key, number) for job, number in bundle] for bundle in run._bundles(items)]


def test_all_that_begins_with_a_replication_that_settles_by_itself_goes_to_one_worker():
    assert handed_out(8, "own") == [[("0one", k), ("0other", k)] for k in range(8)]


def test_what_is_handed_over_at_once_is_never_so_much_that_nobody_hears_of_it_for_long():
    bundles = handed_out(8, "own", keys=[f"point-{k:02d}" for k in range(30)])
    assert [len(bundle) for bundle in bundles] == [10, 10, 10] * 8
    assert all(len({number for _, number in bundle}) == 1 for bundle in bundles)
    assert len({each for bundle in bundles for each in bundle}) == 8 * 30


@pytest.mark.parametrize(("replications", "luck"), [(8, "shared"), (7, "own"), (1, "own")])
def test_otherwise_each_life_is_handed_out_alone(replications, luck):
    """Where all share a settled place nothing is gained, and where there are few replications workers would be idle."""
    assert handed_out(replications, luck) == [[(key, k)] for k in range(replications) for key in ("0one", "0other")]


def test_of_many_places_each_stays_with_one_worker():
    bundles = handed_out(2, "own", keys=("one",), places=5)
    assert bundles == [[(f"{place}one", k) for k in range(2)] for place in range(5)]
