"""What only Unix has is used where it has been looked for, so that the same code runs, or says why not, elsewhere."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file for package in ("simulation", "experiments", "redesign", "configs") for file in (ROOT / package).rglob("*.py")
)
FAMILIES = (
    {"os.getuid", "os.geteuid", "os.getgid", "os.getegid", "os.chown", "os.lchown"},
    {"os.fork", "os.forkpty", "os.killpg", "os.setsid", "os.getpgid", "os.setpgid", "os.getsid", "os.wait", "os.nice"},
    {"os.sched_getaffinity"},
    {
        "os.mkfifo",
        "os.mknod",
        "os.statvfs",
        "os.fchmod",
        "os.getxattr",
        "os.setxattr",
        "os.O_NOFOLLOW",
        "os.O_DIRECTORY",
    },
    {"os.sysconf", "os.sysconf_names", "os.confstr"},
    {"os.pread", "os.pwrite", "os.preadv", "os.pwritev"},
    {"os.getloadavg", "os.uname", "os.ttyname", "os.openpty", "os.initgroups"},
    {
        "signal.pthread_sigmask",
        "signal.SIG_BLOCK",
        "signal.SIG_UNBLOCK",
        "signal.SIG_SETMASK",
        "signal.sigwait",
        "signal.pthread_kill",
    },
    {
        "signal.SIGKILL",
        "signal.SIGHUP",
        "signal.SIGQUIT",
        "signal.SIGCHLD",
        "signal.SIGPIPE",
        "signal.SIGXCPU",
        "signal.SIGSTOP",
    },
    {"signal.SIGALRM", "signal.alarm", "signal.setitimer", "signal.SIGUSR1", "signal.SIGUSR2", "signal.SIGCONT"},
    {"socket.AF_UNIX"},
)
"""What one look finds out about all of; what Python's own pages mark as there on Unix only."""
MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "crypt")
FORKS = ("multiprocessing.forkserver", "ForkServerContext", "ForkServerProcess", "forkserver")


def dotted(node):
    """`os.fork`, from its tree."""
    return (
        f"{node.value.id}.{node.attr}" if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
    )


def imported(node):
    """The names that an import is about."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [
            node.module or "",
            *(alias.name for alias in node.names),
            *(f"{node.module}.{a.name}" for a in node.names),
        ]
    return []


def looked_for(names, above):
    """Whether one of some names was looked for in what stands above a node: its function, or what it is a branch of."""
    for each in above:
        text = ast.unparse(each.test if isinstance(each, ast.If | ast.IfExp) else each)
        if any(re.search(rf"hasattr\({name.partition('.')[0]}, '{name.partition('.')[2]}'\)", text) for name in names):
            return True
    return False


def may_fork(above):
    """Whether a node is under a look for the way of starting processes that is there on Unix only."""
    return any(isinstance(each, ast.If) and "forkserver" in ast.unparse(each.test) for each in above)


def unguarded(text):
    """What a module uses of Unix without having looked whether it is there."""
    found = []

    def visit(node, above):
        name = dotted(node)
        for family in FAMILIES:
            if name in family and not looked_for(family, above) and not may_fork(above):
                found.append(name)
        wanted = imported(node)
        if isinstance(node, ast.Import | ast.ImportFrom) and wanted[0].partition(".")[0] in MODULES:
            found.extend([] if any(isinstance(each, ast.Try) for each in above) else wanted[:1])
        if set(wanted) & set(FORKS) and not may_fork(above):
            found.append("forkserver")
        scope = isinstance(node, ast.FunctionDef | ast.If | ast.IfExp | ast.BoolOp | ast.Try)
        for child in ast.iter_child_nodes(node):
            visit(child, [*above, node] if scope else above)

    visit(ast.parse(text), [])
    return sorted(set(found))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_of_unix_stands_unguarded(file):
    assert unguarded(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import os\ndef mine(): return os.getuid()", ["os.getuid"]),
        ("import fcntl", ["fcntl"]),
        ("def limit():\n    from resource import setrlimit", ["resource"]),
        ("import signal\nsignal.signal(signal.SIGHUP, print)", ["signal.SIGHUP"]),
        ("import os\nif hasattr(os, 'fork'):\n    print(os.getuid())", ["os.getuid"]),
        ("from multiprocessing.context import ForkServerContext", ["forkserver"]),
        ("from multiprocessing import forkserver", ["forkserver"]),
    ],
)
def test_what_is_unguarded_is_found(text, what):
    assert unguarded(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "import os\ndef mine(): return os.geteuid() if hasattr(os, 'geteuid') else 0",
        "import os\ndef mine(found): return not hasattr(os, 'geteuid') or found == os.geteuid()",
        "import signal\ndef block():\n    if hasattr(signal, 'pthread_sigmask'):\n        print(signal.SIG_BLOCK)",
        "try:\n    import fcntl\nexcept ImportError:\n    fcntl = None",
    ],
)
def test_what_is_guarded_is_let_through(text):
    assert unguarded(text) == []


def test_the_classifiers_say_what_is_tested():
    """Linux, and the Pythons that the project's own pins and the Makefile name."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    assert [each for each in said if each.startswith("Operating System")] == ["Operating System :: POSIX :: Linux"]
    versions = [each.rpartition(" ")[2] for each in said if re.search(r":: 3\.\d+$", each)]
    assert versions == ["3.11", "3.12", "3.13"]
    assert all(f"python{each}" in (ROOT / "Makefile").read_text(encoding="utf-8") for each in versions)
