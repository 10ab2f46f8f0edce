"""Compiled rules run as the user: nobody else's folder is believed, nothing damaged is run, and nothing of it ends a run."""

import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # rules are compiled anew in a dozen processes

ROOT = Path(__file__).parents[2]
RULE = """
import os, subprocess, sys
from simulation.compile import FOLDER, is_compiled, rule

@rule
def double(number):
    return 2 * number

is_compiled()
print(double(21), FOLDER, oct(os.stat(FOLDER).st_mode & 0o777) if FOLDER else "", flush=True)
if "child" in sys.argv:
    sys.exit(subprocess.run([sys.executable, *sys.argv[:1]]).returncode)
"""
ROOT_ONLY = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives files away")


class Leaves:
    """Runs a command when it is read."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.fixture
def compiled(tmp_path):
    """Compiles a rule and runs it, with a cache in some place; returns what was printed, and what was complained of."""
    (tmp_path / "mine.py").write_text(RULE)
    (tmp_path / "tmp").mkdir()

    def run(*words, **changes):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("REDESIGN", "NUMBA"))}
        environment = {**clean, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp"), **changes}
        environment = {name: value for name, value in environment.items() if value is not None}
        file = str(tmp_path / "mine.py")
        done = subprocess.run(
            [sys.executable, file, *words], env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines(), done.stderr.splitlines()

    return run


def folder_of(line):
    return Path(line.split()[1])


def test_the_usual_folder_is_the_users_alone_and_so_are_those_above_it(compiled, tmp_path):
    (line,), said = compiled(XDG_CACHE_HOME=str(tmp_path / "not" / "yet"))
    assert said == []
    assert line.split()[0] == "42"
    for folder in (folder_of(line), folder_of(line).parent, tmp_path / "not" / "yet", tmp_path / "not"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder_of(line).rglob("*.nbc"))


def a_file(tmp_path):
    (tmp_path / "file").write_text("")
    return {"XDG_CACHE_HOME": str(tmp_path / "file")}


def not_there(tmp_path):
    return {"XDG_CACHE_HOME": None, "HOME": "/proc/nobody"}


def a_link(tmp_path):
    """A link in the place of the folder of rules."""
    (tmp_path / "theirs").mkdir()
    name = named(tmp_path)
    (tmp_path / "cache" / "redesign").mkdir(parents=True)
    (tmp_path / "cache" / "redesign" / name).symlink_to(tmp_path / "theirs")
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def open_to_all(tmp_path):
    folder = tmp_path / "cache" / "redesign" / named(tmp_path)
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def anothers(tmp_path):
    folder = tmp_path / "cache" / "redesign" / named(tmp_path)
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    os.chown(folder, 12345, 12345)
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def below_anothers(tmp_path):
    (tmp_path / "cache" / "redesign").mkdir(parents=True)
    os.chown(tmp_path / "cache" / "redesign", 12345, 12345)
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def named(tmp_path):
    """What the folder of rules is called."""
    code = "from simulation import compile; print(compile.FOLDER.name)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "name")}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(
    "place",
    [
        a_file,
        not_there,
        pytest.param(a_link, marks=pytest.mark.slow),
        pytest.param(open_to_all, marks=[pytest.mark.slow, pytest.mark.nightly]),
        *(pytest.param(each, marks=ROOT_ONLY) for each in (anothers, below_anothers)),
    ],
)
def test_a_folder_that_cannot_be_had_or_believed_costs_a_line_and_the_time_to_compile(compiled, tmp_path, place):
    """Whoever starts a process shares its fresh folder with it, and the folder goes when it ends."""
    lines, said = compiled("child", **place(tmp_path))
    assert [line.split()[0] for line in lines] == ["42", "42"]
    assert len(said) == 1
    assert said[0].startswith("note: compiled rules cannot be kept in ")
    assert folder_of(lines[0]) == folder_of(lines[1])
    assert folder_of(lines[0]).is_relative_to(tmp_path / "tmp")
    assert lines[0].split()[2] == "0o700"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_where_nothing_can_be_written_rules_are_compiled_and_not_kept(compiled, tmp_path):
    code = "import tempfile; tempfile.mkdtemp = lambda **how: (_ for _ in ()).throw(OSError('full'))\n" + RULE
    (tmp_path / "mine.py").write_text(code)
    (line,), said = compiled(HOME="/proc/nobody", XDG_CACHE_HOME=None)
    assert line.split() == ["42", "None"]
    assert len(said) == 1


def test_the_folder_that_the_user_stands_in_is_no_cache(compiled, tmp_path):
    """It may be anybody's."""
    (line,), said = compiled(XDG_CACHE_HOME="cache", HOME=str(tmp_path / "home"))
    assert said == []
    assert folder_of(line).is_relative_to(tmp_path / "home")
    assert not (tmp_path / "cache").exists()


def emptied(file, mark):
    file.write_bytes(b"")


def cut_short(file, mark):
    file.write_bytes(file.read_bytes()[:-9])


def one_bit(file, mark):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def planted(file, mark):
    """A pickle that runs a command, with numba's own beginning."""
    file.write_bytes(pickle.dumps("0") + pickle.dumps(Leaves(mark)))


def a_folder(file, mark):
    file.unlink()
    file.mkdir()


SLOWER = [(each, ending) for each in (cut_short, a_folder) for ending in ("nbi", "nbc")]
SLOWER += [(emptied, "nbc"), (one_bit, "nbi"), (planted, "nbc")]


@pytest.mark.parametrize(
    ("damage", "ending"),
    [
        (emptied, "nbi"),
        (one_bit, "nbc"),
        (planted, "nbi"),
        *(
            pytest.param(*each, marks=[pytest.mark.slow, pytest.mark.nightly][: 1 + (k > 0)])
            for k, each in enumerate(SLOWER)
        ),
    ],
)
def test_damaged_rules_are_compiled_anew_and_said_to_be_in_one_line(compiled, tmp_path, damage, ending):
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    (line,), said = compiled(**cache)
    assert said == []
    (file,) = folder_of(line).rglob(f"*.{ending}")
    damage(file, tmp_path / "mark")
    (again,), said = compiled(**cache)
    assert again == line
    assert len(said) == 1
    assert "damaged" in said[0]
    assert not (tmp_path / "mark").exists()
    if damage is not a_folder:
        assert compiled(**cache)[1] == []


def test_a_disk_that_fills_up_while_rules_are_compiled_ends_nothing(compiled, tmp_path):
    code = RULE.replace("@rule", "from simulation import cache\ndef full(*what): raise OSError(28, 'full')\n"
                        "cache.CheckedFiles._write = full\n@rule")  # fmt: skip
    (tmp_path / "mine.py").write_text(code)
    (line,), said = compiled(XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert line.split()[0] == "42"
    assert said == []
