"""A composed configuration to spoil, a command line to type, and a world that costs nothing to run."""

import copy
import pickle

import pytest
import sessions
import stand_in
from lives import undisturbed

from experiments import cli
from experiments.configuration import parse, validate
from experiments.configuration.compose import Composed, compose
from experiments.errors import ConfigurationError, Stopped
from experiments.questions.compare import question as compare
from experiments.results import settled_place
from experiments.running import job as job_memory
from experiments.running import session
from experiments.running.job import Job

STAND_IN = "stand_in"


@pytest.fixture(scope="session")
def composed():
    """The shipped comparison in the smallest place."""
    return compose("compare", ["place=teaching_town"], [])


@pytest.fixture(scope="session")
def ready(composed, tmp_path_factory):
    """Lets commands that are started as `sessions.READY` find that configuration."""
    file = tmp_path_factory.mktemp("ready") / "composed.pickle"
    file.write_bytes(pickle.dumps(composed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READY", str(file))
        yield


@pytest.fixture(scope="session")
def expected(ready, tmp_path_factory):
    """The tables of a real run of four replications, on one worker, that nothing happens to."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    return undisturbed(folder, *sessions.FOUR, sessions.ALONE, code=sessions.READY)


@pytest.fixture
def refused(composed):
    """Changes keys of the configuration and returns the message of the refusal; None where there is none."""

    def check(changes, overrides=()):
        data = copy.deepcopy(composed.data)
        for key, value in changes.items():
            node, *_, last = _reach(data, key)
            node[last] = value
        try:
            validate.check(Composed(data, composed.choices, composed.folders, tuple(overrides)))
        except ConfigurationError as refusal:
            return refusal.message()
        return None

    return check


def _reach(data, key):
    *path, last = key.split(".")
    for part in path:
        data = data.setdefault(part, {}) if isinstance(data, dict) else data[int(part)]
    return data, last


@pytest.fixture(scope="session", autouse=True)
def _trouble_of_all(tmp_path_factory):
    """The folder is the same in all tests of a process, because processes that do the work outlive a test."""
    folder = tmp_path_factory.mktemp("trouble")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(stand_in.TROUBLE, str(folder))
        yield folder


@pytest.fixture
def trouble(_trouble_of_all):
    """A folder through which the stand-in is told to misbehave and tells what it did; empty when a test begins."""
    for left in _trouble_of_all.iterdir():
        left.unlink()
    yield _trouble_of_all
    for left in _trouble_of_all.iterdir():
        left.unlink()


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty folder to ask in, by somebody whose process has settled no place yet; returns it."""
    monkeypatch.chdir(tmp_path)
    job_memory._read_settled.cache_clear()
    job_memory._here.clear()
    job_memory._lives.clear()
    job_memory._in_worlds.clear()
    return tmp_path


@pytest.fixture
def put(composed, elsewhere, monkeypatch, trouble, capsys):
    """Puts a question to a made-up world, with some settings of its own; returns what was said, and why it stopped."""

    def run(question, engine, settings):
        monkeypatch.setattr(session, "ENGINE", engine)
        data = Composed({**composed.data, **settings}, composed.choices)
        try:
            question.answer(question.plans(data))
            why = ""
        except (Stopped, ConfigurationError) as error:
            why = error.message() if isinstance(error, ConfigurationError) else str(error)
        said = capsys.readouterr()
        return said.out, said.err + why

    return run


@pytest.fixture
def redesign(elsewhere, monkeypatch, capsys):
    """Types a command line in an empty folder; returns status, answer and complaints."""
    monkeypatch.setattr(session, "ENGINE", STAND_IN)
    monkeypatch.setattr(
        compare.Compare, "figures", lambda self, out, artists=None: (out / "report.html").write_text("a page")
    )

    def run(*words):
        status = cli.main(list(words))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def answered(redesign, put):
    """Answers the question for a configuration with some settings changed, without composing it anew."""

    def run(**changes):
        return put(compare.QUESTION, STAND_IN, {"replicates": 3, "years": 2, "workers": 1, **changes})

    return run


@pytest.fixture
def job(tmp_path, composed, trouble):
    """Replications of two arms of the stand-in, ready to run."""
    parts = tmp_path / "out" / "parts"
    parts.mkdir(parents=True)
    settled = parts / settled_place.settled_name("0123456789abcdef")
    settled_place.write_settled(settled, stand_in.Place(1, ("obesity",), str(trouble)))
    policies = parse.read_policies(composed.data, ["status_quo", "radical"], [])
    return Job(STAND_IN, settled, policies, years=2, threads=1, parts=parts, key="0123456789abcdef")
