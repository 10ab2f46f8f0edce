"""Lives beside those of a comparison, in a folder of their own: no other table sees them, and each can be lived again."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from experiments import storage
from experiments.configuration.compose import Composed
from experiments.configuration.points import Point, plans_of
from experiments.configuration.validate import Plan, check
from experiments.results import consolidate, results_folder, run_index
from experiments.results.open_results import Opened
from experiments.running.job import Job
from experiments.running.session import Session

RUN = "run"  # as progress calls one of these lives
CUT_ALONE = "null"
"""The policy that cuts and decides nothing: a redesigning arm is held against it too."""


def plans_at(composed: Composed, points: Sequence[Point]) -> list[Plan]:
    """The plans of the arms that are compared, and of the cut alone, at points of one comparison."""
    contrast = check(composed).settings.contrast
    arms = list(dict.fromkeys([*contrast, CUT_ALONE]))
    named = replace(composed, data={**composed.data, "arms": arms, "contrast": list(contrast), "base": "auto"})
    return plans_of("compare", named, points, check)


def live(
    plan: Plan,
    session: Session,
    main: Job,
    points: Sequence[Point],
    replications: int,
    folder: str,
    why: str,
    own: int = 0,
) -> None:
    """Lives the first replications of a comparison at other points too, and keeps everybody's months beside it.

    Args:
        plan: of the comparison.
        session: its folder.
        main: what its replications have in common; the same settled place serves every point.
        points: what is otherwise in each.
        replications: how many, the first ones.
        folder: that keeps them, by name.
        why: what the progress bar says it is for.
        own: how many of the comparison's own replications are lived in the same go.
    """
    jobs = [
        replace(
            main,
            policies=each.policies,
            key=results_folder.replication_key(each, session.model),
            world=each.world,
            totals_only=True,
            shared=True,
            noun=RUN,
        )
        for each in plans_at(plan.composed, points)
    ]
    items = [
        (job, replication)
        for replication in range(max(replications, own))
        for job in (*[replace(main, noun=RUN)] * (replication < own), *jobs * (replication < replications))
    ]
    asks = session if own else replace(session, title=f"{session.title}, {why}")
    asks.run(items, lambda progress: session.settle(plan, main.settled, progress.settling))
    into = session.out / folder
    into.mkdir(exist_ok=True)
    runs_of = {
        point.number: [(job.key, k) for k in range(replications)] for point, job in zip(points, jobs, strict=True)
    }
    consolidate.consolidate_points(session.out, runs_of, into)
    listed = [(number, key, k) for number, runs in runs_of.items() for key, k in runs]
    run_index.write_runs(session.out, listed, into=into)
    remember(plan, into, points)


def remember(plan: Plan, into: Path, points: Sequence[Point]) -> None:
    """Keeps what each point sets, so that its runs can be lived again."""
    run_index.remember(into, "compare", plan.composed, (), points)
    storage.write_table(into / run_index.POINTS, run_index.points_table(points))


def is_whole(folder: str, damaged: Collection[str]) -> bool:
    """Whether nothing in the folder is damaged that only living what it keeps can make."""
    return not {f"{folder}/{consolidate.RUNS}", f"{folder}/{run_index.KEPT}"}.intersection(damaged)


def remember_again(plan: Plan, opened: Opened, folder: str, points_of: Callable[[Plan], list[Point]]) -> None:
    """Writes what each point sets once more, where that is damaged."""
    if {f"{folder}/{run_index.DESIGN}", f"{folder}/{run_index.POINTS}"}.intersection(opened.damaged):
        remember(plan, opened.folder / folder, points_of(plan))
