"""A session of running, once for every question: its folder is claimed, its runs are done and kept, and it is signed.

Whatever stops a session, the same command goes on from what had finished.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments import storage
from experiments.configuration.settings import Settings
from experiments.configuration.validate import Plan
from experiments.errors import STOPPED, ConfigurationError, Fault, Stopped
from experiments.results import claim, manifest, open_results, results_folder, settled_place
from experiments.results.open_results import Opened
from experiments.results.results_folder import Found
from experiments.running import dask_cluster, worker
from experiments.running.executor import Item, Run
from experiments.running.job import Job, Reduce
from experiments.running.machine.estimate import Size, afford, of_settling
from experiments.running.machine.processes import load_ahead
from experiments.running.pool import HelperPool, cores, local, n_workers
from experiments.running.progress import RunProgress, shown_progress
from experiments.running.sequential_stopping import SequentialStopping, Stopping
from experiments.running.worker import Report
from experiments.text.telling import tell

ENGINE = "experiments.running.engine"
"""The module that simulates, by name, so that worker processes can import it too."""
Settle = Callable[[], Any]


@dataclass(frozen=True)
class Resources:
    """With what work is done, where a question has no settings of a comparison to say so.

    Attributes:
        workers: processes; none for one per core.
        threads: of each process; none for the cores that workers leave.
        runner, scheduler: this machine.
        large: whether what is beyond the machine is run all the same.
    """

    workers: int | None = None
    threads: int | None = None
    runner: str = "local"
    scheduler: str | None = None
    large: bool = False


def engine() -> Any:
    """The module that simulates."""
    return import_module(ENGINE)


def model_version() -> str:
    """The version of the model that simulates."""
    return str(engine().model_version())


@dataclass(frozen=True)
class Gap:
    """What a folder lacks.

    Attributes:
        content: of its manifest, where damaged tables were worked out again; none where runs are needed.
        damaged: files that were there and are not what they were.
        besides: files in the folder that are none of the results.
    """

    content: Mapping[str, Any] | None = None
    damaged: Collection[str] = ()
    besides: Collection[str] = ()


@dataclass(frozen=True)
class Session:
    """One results folder and what is to be in it.

    Attributes:
        question: the command that asks.
        out: the folder results go to.
        key: what determines everything in the folder, as a hash.
        asked: the resolved configuration, as it is kept beside the results.
        settings: with how many processes and threads, where, how often and how surely.
        title: what the progress bar says is run.
        simulates: the module that does, by name.
        model: the version of the model.
        began: when, in seconds of the clock that measures spans.
        helpers: processes that can be of use for what is small and takes long to load, as drawing.
        notes: what the user may not have meant, though it can be run.
        progress: shows how far the runs are; takes a title, how many pieces there are and are left, and what one is called.
        sound: files of settled places that this session has settled or looked into.
    """

    question: str
    out: Path
    key: str
    asked: Mapping[str, Any]
    settings: Settings | Resources
    title: str = ""
    simulates: str = field(default_factory=lambda: ENGINE)
    model: str = field(default_factory=model_version)
    began: float = field(default_factory=time.perf_counter)
    helpers: HelperPool = field(default_factory=HelperPool)
    notes: Sequence[str] = ()
    progress: Callable[..., AbstractContextManager[RunProgress]] = shown_progress
    sound: set[Path] = field(default_factory=set)

    @property
    def parts(self) -> Path:
        """The folder that keeps what has finished until all has."""
        return self.out / open_results.PARTS

    # -- the folder ----------------------------------------------------------------------------------------------

    def is_finished(self) -> bool:
        """Whether the folder holds these results already, every byte as it was written; says so where it does.

        Raises:
            ConfigurationError: it holds something else.
        """
        found = results_folder.state_of(self.out, self.key, self.asked)
        if found.opened and found.state == "damaged":
            names = open_results.some(found.opened.damaged)
            tell(f"note: damaged or missing in {self.out}: {names}; only what is needed for it is made again")
        if found.opened is None or found.state != "finished":
            return False
        for note in found.opened.notes():
            tell(f"note: {note}")
        tell(f"{self.out} holds this already, finished; here it is again.\n")
        claim.clear_away(self.out)
        return True

    @contextmanager
    def unfilled(
        self, again: Callable[[Opened], Mapping[str, Any] | None] = lambda opened: None
    ) -> Iterator[Gap | None]:
        """Claims the folder and says what it lacks; nothing where somebody else has filled it meanwhile.

        Args:
            again: works damaged tables of a finished folder out again from its runs; returns what it found, or nothing
                where runs are needed for it.
        """
        with self.claimed() as found:
            once = found.opened if found.opened and found.opened.is_finished else None
            if found.state == "finished":
                yield None
            elif once is None:
                yield Gap()
            else:
                yield Gap(_made_again(once, again), once.damaged, once.added if once.is_proven else ())

    @contextmanager
    def claimed(self) -> Iterator[Found]:
        """Makes the folder this session's own; says what is kept when it is interrupted or the disk gives way."""
        try:
            with self.helpers, claim.claimed(self.out, self.key, self.asked) as found:
                yield found
        except KeyboardInterrupt:
            raise Stopped(f"stopped. {self._kept()}", STOPPED) from None
        except OSError as error:
            raise Stopped(f"results cannot be written ({storage.why_not(error, self.out)}). {self._kept()}") from error

    def _kept(self) -> str:
        """What a rerun will find, in words."""
        if not self.out.exists():
            return "Nothing had finished yet."
        return f"What had finished is kept in {self.out}; the same command goes on from there."

    def sign(
        self, content: Mapping[str, Any], draw: Callable[[], None] = lambda: None, besides: Collection[str] = ()
    ) -> None:
        """Draws what was found, writes the manifest that makes results finished, and removes what nobody needs any more.

        Args:
            content: of the manifest; those who draw look things up in it, so it is first written without any checksum.
            draw: draws the figures.
            besides: files in the folder that are none of the results.
        """
        seconds = round(time.perf_counter() - self.began, 3)
        said = {"wall_seconds": seconds, **content, "results_key": self.key}
        manifest.write(self.out, said, finished=False)
        draw()
        results_folder.sweep(self.out)  # of helpers that died while they drew
        manifest.write(self.out, said, finished=True, besides=besides)
        results_folder.tidy(self.out)

    def keep_page(self, damaged: Collection[str], made: Callable[[], str]) -> None:
        """Writes the page of a folder whose own is damaged, unless drawing has made it again."""
        page = self.out / open_results.PAGE
        if page.name in damaged and not page.exists():
            storage.write_whole(page, made().encode())

    # -- settling ------------------------------------------------------------------------------------------------

    def threads(self, pieces: int) -> int:
        """The threads of each process: those asked for, or the cores that so many pieces of work leave."""
        return self.settings.threads or max(1, cores() // n_workers(self.settings.workers, pieces))

    def settle(self, plan: Plan, place: Path, tell: Callable[..., None], simulates: str = "") -> None:
        """Lets a place settle once and keeps it for every worker, and for a rerun.

        Raises:
            ConfigurationError: it cannot settle, or is too large for this machine.
        """
        if self._is_settled(place, [plan.world], simulates):
            return
        threads = self.settings.threads or cores()
        afford([of_settling(plan.world)], 1, self.out, self.settings.large)
        settle = import_module(simulates or self.simulates).settle
        settled = settled_or_refused(lambda: settle(plan.world, tell, threads), plan.settings.scale)
        place.parent.mkdir(parents=True, exist_ok=True)
        settled_place.write_settled(place, settled)
        self.sound.add(place)

    def _is_settled(self, place: Path, worlds: Collection[Any], simulates: str = "") -> bool:
        """Whether a place is kept that is whole and can have settled in its world; any other is set aside, and settles again.

        What this session has settled or looked into itself is not looked into again.
        """
        if place in self.sound:
            return settled_place.has_settled(place)
        if settled_place.sound(place, import_module(simulates or self.simulates), worlds) is None:
            return False
        self.sound.add(place)
        return True

    def settled(self, place: Path) -> Any:
        """A settled place from its file."""
        return settled_place.read_settled(place, import_module(self.simulates).settled_type())

    def place_of(self, plan: Plan) -> Path:
        """The file that keeps the settled place of a plan."""
        return self.parts / settled_place.settled_name(results_folder.world_key(plan, self.model))

    # -- running -------------------------------------------------------------------------------------------------

    def run(
        self,
        items: Sequence[Item],
        prepare: Callable[[RunProgress], None] = lambda progress: None,
        may_fail: bool = False,
    ) -> list[Report]:
        """Does all pieces of work that are not kept yet, on this machine or a cluster; returns those that failed.

        Args:
            items: pieces of work.
            prepare: what has to be there before any of them can be done, such as a settled place.
            may_fail: whether the rest is of use where some of it fails.

        Raises:
            ConfigurationError: it is beyond this machine.
            Stopped: something kept the rest from finishing, or too much failed; what had finished is kept.
        """
        places: dict[Path, list[Any]] = defaultdict(list)
        for work in {work.key: work for work, _ in items}.values():
            if isinstance(work, Job) and work.world is not None:
                places[work.settled].append(work.world)
        for place, worlds in places.items():
            self._is_settled(place, worlds)
        damaged = [name for work, number in items for name in work.set_damaged_aside(number)]
        _say_damaged(damaged, self.parts)
        waiting = [item for item in items if not item[0].is_done(item[1])]
        if not waiting:
            return []
        processes, afar = n_workers(self.settings.workers, len(waiting)), self.settings.runner != "local"
        afford(_sizes(waiting), processes, self.out, self.settings.large, afar)
        counts = len(items), len(waiting)
        with self.progress(self.title, *counts, engine().is_compiled(), items[0][0].noun) as progress:
            if processes > 1 and not afar:
                load_ahead()
            prepare(progress)
            with self._runner(items) as runner, Run(items, runner, lambda report: progress.advance()) as run:
                if runner.processes > 1 or runner.afar:
                    run.on_pools()
                else:
                    for job, number in run.left():
                        run.take(worker.simulate(job, number))
        self.sound.update(places)
        if run.failures and (not may_fail or len(run.failures) == len(items)):
            raise Stopped(run.failed())
        return run.failures

    @contextmanager
    def _runner(self, items: Sequence[Item]) -> Iterator[Any]:
        """Where work is done: processes of this machine, or a cluster that runs already."""
        if self.settings.runner == "dask":
            assert self.settings.scheduler is not None
            first: Any = items[0][0]  # whatever goes to a cluster is a job
            with dask_cluster.connected(self.settings.scheduler, first) as runner:
                yield runner
        else:
            yield local(n_workers(self.settings.workers, len(items)))

    def replicate(
        self,
        jobs: Sequence[Job],
        prepare: Callable[[RunProgress], None] = lambda progress: None,
        may_fail: bool = False,
    ) -> tuple[dict[str, Stopping], list[Report]]:
        """Runs replications of every job until their paired differences are sure, or all that are allowed.

        Returns:
            How many were used, by key of the job; and the replications that failed.
        """
        assert isinstance(self.settings, Settings)
        stopping = SequentialStopping(list(dict.fromkeys(job.key for job in jobs)), self.settings, self.out)
        failures: list[Report] = []
        while counts := stopping.wanted():
            failures += self.run(_items_of(jobs, counts), prepare, may_fail)
            stopping.look(counts)
        return stopping.found, failures

    def jobs_of(
        self, plans: Sequence[Plan], keys: Sequence[str], totals_only: bool, reduce: Reduce | None = None
    ) -> list[Job]:
        """What the replications of each plan have in common.

        Plans whose worlds differ in nothing that matters before a redesign is tried share a settled file.
        """
        threads = self.threads(sum(plan.settings.replicates for plan in plans))
        worlds = [results_folder.world_key(plan, self.model) for plan in plans]
        what_settles = engine().what_settles
        settled = {
            world: results_folder.hashed([self.model, what_settles(plan.world)])
            for world, plan in dict(zip(worlds, plans, strict=True)).items()
        }
        sharing = Counter(settled.values())
        return [
            Job(
                self.simulates,
                self.parts / settled_place.settled_name(settled[world]),
                plan.policies,
                plan.settings.years,
                threads,
                self.parts,
                key,
                plan.world,
                self.model,
                totals_only,
                sharing[settled[world]] > 1,
                reduce=reduce,
            )
            for plan, key, world in zip(plans, keys, worlds, strict=True)
        ]


def _sizes(items: Sequence[Item]) -> list[Size]:
    """What each piece of work takes; a replication of a place is lived up to the policy date once, whatever comes after."""
    begun: set[tuple[Path, int]] = set()
    sizes = []
    for work, number in items:
        if isinstance(work, Job):
            sizes.append(work.takes((work.settled, number) in begun))
            begun.add((work.settled, number))
        else:
            sizes.append(work.size)
    return sizes


def _made_again(once: Opened, again: Callable[[Opened], Mapping[str, Any] | None]) -> Mapping[str, Any] | None:
    """What a finished folder's manifest says once its damaged tables are there again; nothing where runs are needed."""
    if not once.is_proven:
        return None
    found = again(once) if once.lost else {}
    return None if found is None else {**once.manifest, **found}


def settled_or_refused(settle: Settle, scale: float) -> Any:
    """What a place that settles gives; a place that cannot, or that is too large, is the configuration's fault."""
    try:
        return settle()
    except ValueError as error:
        raise ConfigurationError(Fault("", str(error))) from error
    except MemoryError as error:
        why = "makes more people than this machine has memory for"
        raise ConfigurationError(Fault(f"scale={scale:g}", why, f"for example scale={scale / 10:g}")) from error


def _items_of(jobs: Sequence[Job], counts: Mapping[str, int]) -> list[Item]:
    """Every replication once, those of a place next to one another, and there those of the same luck."""
    found: dict[tuple[str, int], tuple[Job, int]] = {}
    for job in jobs:
        for replication in range(counts.get(job.key, 0)):
            found.setdefault((job.key, replication), (job, replication))
    places = {place: k for k, place in enumerate(dict.fromkeys(job.settled for job in jobs))}
    return [*sorted(found.values(), key=lambda item: (places[item[0].settled], item[1]))]


def _say_damaged(damaged: Sequence[str], parts: Path) -> None:
    """Says that kept pieces of work were found damaged and will be done again."""
    if damaged:
        tell(
            f"note: the files of {len(damaged)} kept replications are damaged; they are set aside in {parts} "
            "as damaged-* and run again"
        )
