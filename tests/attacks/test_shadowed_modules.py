"""Files in a folder of the user's that are named like what redesign needs are neither read nor in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from how_often import tried

ROOT = Path(__file__).parents[2]
OURS = ("experiments/__init__.py", "simulation.py", "configs/__init__.py")
PYTHONS = ("random.py", "typing.py", "socket/__init__.py", "tempfile.py")
LIBRARIES = ("numpy.py", "yaml.py", "hydra/__init__.py")
STARTUP = ("sitecustomize.py", "usercustomize.py")
CASES = (*OURS, *PYTHONS, *LIBRARIES, *STARTUP)
POOLS = """
import os, sys
from experiments.running import pool
from experiments.running.machine import processes
READS = "bool([__import__(n) for n in 'random typing socket tempfile numpy yaml hydra experiments simulation configs'.split()])"
with pool.local(2).pool(2) as executor:
    print(executor.submit(eval, READS).result())
with pool.HelperPool(1) as helpers:
    helpers.get_ready("random")
    print(helpers.executor.submit(eval, READS).result())
print([word for word in processes.clean_path() if word in ("", os.getcwd())])
"""
"""A script without `if __name__`, which forks and spawns."""
FAILS = """
import ctypes, os, sys
from pathlib import Path
from experiments.errors import Stopped
from experiments.running import executor, pool
from experiments.running.machine.estimate import Size
class Mine:
    noun, key, parts, size = "run", "key", Path("parts"), Size()
    def is_done(self, number): return False
    def carry_out(self, number): pass
    {reduced}
Path("parts").mkdir(exist_ok=True)
try:
    with executor.Run([(Mine(), 0), (Mine(), 1)], pool.local(2), print) as run:
        run.on_pools()
except Stopped as stopped:
    print(stopped)
"""


def lay(folder, name):
    """Puts a file there that leaves a mark when it is run."""
    (folder / name).parent.mkdir(exist_ok=True)
    mark = folder / "mark"
    (folder / name).write_text(
        f"open({str(mark)!r}, 'a').write(__name__)\nraise RuntimeError('the user had his own')\n"
    )
    return mark


def python(folder, *words, paths=(ROOT,)):
    """What a new Python says that is started in a folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    environment.pop("PYTHONSAFEPATH", None)
    return subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", CASES)
def test_the_module_is_the_command_whatever_lies_in_the_folder(tmp_path, name):
    mark = lay(tmp_path, name)
    done = python(tmp_path, "-m", "redesign", "list", "designs")
    assert (done.returncode, done.stderr) == (0, "")
    assert not mark.exists()


@pytest.mark.parametrize("name", [*PYTHONS, *LIBRARIES])
def test_what_pythonpath_has_in_the_way_is_named_first_and_passed_over(tmp_path, name):
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir(), mine.mkdir()
    mark = lay(theirs, name)
    done = python(mine, "-m", "redesign", "list", "designs", paths=(theirs, ROOT))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"note: {theirs / name.removesuffix('/__init__.py')}: named like what redesign needs, and passed over"
    ]
    assert not mark.exists()


@pytest.mark.parametrize("name", OURS)
def test_what_pythonpath_has_in_place_of_ours_is_named_and_not_run(tmp_path, name):
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir(), mine.mkdir()
    mark = lay(theirs, name)
    done = python(mine, "-m", "redesign", "list", "designs", paths=(theirs, ROOT))
    assert done.returncode == 2
    where = theirs / name.removesuffix("/__init__.py")
    assert done.stderr.splitlines()[0].startswith(f"redesign: {where} is found in place of redesign's own package")
    assert not mark.exists()


def test_installed_packages_elsewhere_are_nobodys_stand_ins(tmp_path):
    """A folder with a package and what says that it was installed there is as good as any."""
    (tmp_path / "yaml-6.0.dist-info").mkdir()
    (tmp_path / "yaml").mkdir()
    (tmp_path / "yaml" / "__init__.py").write_text("from nowhere import nothing")
    done = python(tmp_path, "-m", "redesign", "--version", paths=(tmp_path, ROOT))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", tried((*CASES[::4], *(name for k, name in enumerate(CASES) if k % 4)), changes=2))
def test_processes_that_are_started_read_nothing_of_the_folder(tmp_path, name):
    """Neither of the folder that the user stands in, nor of the one that a script lies in, which is the script's own affair."""
    mark = lay(tmp_path, name)
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "script.py").write_text(POOLS)
    done = python(tmp_path, str(apart / "script.py"))
    assert done.stdout.split() == ["True", "True", "[]"], done.stderr
    assert done.stderr == ""
    assert not mark.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reduced", "why"),
    [
        ("def __reduce__(self): return os._exit, (1,)", "workers were killed 3 times before any could finish a run"),
        ("def __reduce__(self): return ctypes.string_at, (0,)", "ended by SIGSEGV"),
        (
            "def __reduce__(self): return __import__, ('missing',)",
            "the last said: ModuleNotFoundError: No module named",
        ),
    ],
    ids=["killed", "crashed", "not to be read"],
)
def test_what_a_process_said_or_died_of_is_told_and_not_memory_blamed(tmp_path, reduced, why):
    (tmp_path / "script.py").write_text(FAILS.format(reduced=reduced))
    done = python(tmp_path, "-P", "script.py")
    assert why in done.stdout, done.stderr
    assert ("too little memory" in done.stdout) == ("killed 3 times" in why)
    assert "Traceback" not in done.stderr


def test_the_lab_and_its_benches_are_started_clean(monkeypatch, tmp_path):
    """The server gets a Python that looks into no folder of the user's, and so do the processes that it starts."""
    from experiments.lab.benches import scheduler
    from experiments.questions.lab import question

    told = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(question.os, "execve", lambda program, words, environment: told.update(environment))
    monkeypatch.setattr(question.os, "dup2", lambda *files: None)
    settings = question.Settings(
        address="127.0.0.1",
        port=8123,
        open_browser=False,
        token=False,
        folder="lab",
        site="auto",
        benches=1,
        waiting=1,
        minutes=1.0,
        kept=1,
    )
    question.Lab().answer(settings)
    assert told["PYTHONSAFEPATH"] == "1"
    assert str(tmp_path) not in told["PYTHONPATH"].split(os.pathsep)
    assert scheduler.COMMAND[1] == "-P"
