"""Hands work to a dask cluster that runs already, through the same interface as processes of this machine."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from experiments.errors import ConfigurationError, Fault, Stopped
from experiments.running.job import Job
from experiments.running.pool import Runner

PATIENCE = "10s"  # until a scheduler that does not answer is given up
RETRIES = 3
WATCHED = 1.0  # seconds between looks at the connection
CERTIFICATES = (
    "DASK_DISTRIBUTED__COMM__TLS__CA_FILE",
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT",
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY",
)


@contextmanager
def connected(scheduler: str, job: Job) -> Iterator[Runner]:
    """Connects to a cluster for the length of a block, once its workers are known to have the same model.

    Raises:
        ConfigurationError: there is no such scheduler, no worker, or a worker with another model or other packages.
        Stopped: the scheduler went away; what had finished is kept.
    """
    distributed = _distributed()
    client = _client(distributed, scheduler)
    try:
        processes = _checked(client, scheduler, job)
        yield Runner(processes, lambda useful: _executor(client, scheduler, job), afar=True, died=())
    finally:
        client.close(timeout=2)


def _distributed() -> Any:
    """The library, if it is installed."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ConfigurationError(
            Fault(
                "runner=dask",
                "needs the package distributed, which is not installed",
                "pip install 'redesign[cluster]'",
            )
        ) from error


def _client(distributed: Any, scheduler: str) -> Any:
    """A connection to the scheduler; certificates come from dask's own settings when its address begins with tls."""
    import dask

    dask.config.set({"distributed.comm.timeouts.connect": PATIENCE, "distributed.comm.retry.count": 0})
    try:
        return distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False, name="redesign")
    except (OSError, TimeoutError, ValueError) as error:
        missing = [name for name in CERTIFICATES if scheduler.startswith("tls") and name not in os.environ]
        fix = (
            f"set {', '.join(missing)}"
            if missing
            else "docs/how-to/use-a-cluster.md says how to start one that only you can use"
        )
        raise ConfigurationError(
            Fault(f"scheduler={scheduler}", f"does not answer ({_first_line(error)})", fix)
        ) from error


def _checked(client: Any, scheduler: str, job: Job) -> int:
    """How many workers there are, all with the same model and the same packages as here."""
    models = client.run(_model_of, job.engine)
    if not models:
        raise ConfigurationError(
            Fault(f"scheduler={scheduler}", "has no workers", f"dask worker {scheduler} starts one")
        )
    strangers = {worker: model for worker, model in models.items() if model != job.model}
    if strangers:
        worker, model = next(iter(strangers.items()))
        raise ConfigurationError(
            Fault(
                f"worker {worker}",
                f"has another model: {model}, here it is {job.model}",
                "install the same version of redesign and its packages there",
            )
        )
    try:
        client.get_versions(check=True)
    except ValueError as error:
        raise ConfigurationError(
            Fault(
                f"scheduler={scheduler}",
                f"runs other versions of packages: {error}",
                "install the same versions on scheduler, workers and here",
            )
        ) from error
    return len(models)


def _model_of(engine: str) -> str:
    """A worker's version of the model."""
    try:
        return str(import_module(engine).model_version())
    except ImportError as error:
        return f"none ({error})"


@contextmanager
def _executor(client: Any, scheduler: str, job: Job) -> Iterator[Executor]:
    """An executor that ends when the connection does, rather than wait for a scheduler that is gone."""
    executor = client.get_executor(retries=RETRIES, pure=False)
    gone, over = threading.Event(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(client, executor, gone, over), daemon=True)
    watcher.start()
    try:
        yield executor
    except Exception as error:
        if isinstance(error, ConfigurationError | Stopped) and not gone.is_set():
            raise
        why = "went away" if gone.is_set() or client.status != "running" else f"gave up: {_first_line(error)}"
        raise Stopped(f"the scheduler at {scheduler} {why}. {_kept(job)}") from error
    finally:
        over.set()
        executor.shutdown(wait=False)


def _watch(client: Any, executor: Any, gone: threading.Event, over: threading.Event) -> None:
    """Cancels what is waited for as soon as the scheduler is no longer there."""
    while not over.wait(WATCHED):
        if client.status != "running":
            gone.set()
            for future in list(executor._futures):
                future.cancel()
            return


def _kept(job: Job) -> str:
    """What a rerun will find."""
    kept = len(list(job.parts.glob("replication-*")))
    return f"{kept} replications are kept in {job.parts.parent}; the same command goes on from there."


def _first_line(error: BaseException) -> str:
    """An error in one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]
