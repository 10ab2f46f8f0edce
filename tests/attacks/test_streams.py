"""Standard output that cannot show a letter, is closed or is full: the answer and the status of the command are not lost."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ODD = "Café at £5 a head, −3% ± 1 – “slowly” 慢"
FULL = Path("/dev/full")
slow = pytest.mark.slow
on_unix = pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")


def redesign(*words, shell='exec "$@"', folder=ROOT, **environment):
    """Runs a command in a process of its own under a shell that may redirect it."""
    line = [sys.executable, "-P", "-m", "redesign", *words]
    inherited = {key: value for key, value in os.environ.items() if key not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    ran = subprocess.run(
        ["sh", "-c", shell, "sh", *line],
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    return ran.returncode, ran.stdout, ran.stderr.decode(errors="replace")


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """A folder with a policy whose title is hard to write."""
    folder = tmp_path_factory.mktemp("mine")
    (folder / "policy").mkdir()
    text = f'defaults: [radical@_here_, _self_]\ntitle: "{ODD}"\nsummary: "s"\nsource: "assumption: an exercise"\n'
    (folder / "policy/odd.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", b'Caf? at GBP 5 a head, -3% +/- 1 - "slowly" ?'),
        pytest.param("ascii:strict", b'Caf? at GBP 5 a head, -3% +/- 1 - "slowly" ?', marks=slow),
        pytest.param("cp1252", "Café at £5 a head, -3% ± 1 – “slowly” ?".encode("cp1252"), marks=slow),
        pytest.param("latin-1", 'Café at £5 a head, -3% ± 1 - "slowly" ?'.encode("latin-1"), marks=slow),
        ("utf-8", ODD.encode()),
    ],
)
def test_what_an_encoding_cannot_show_is_replaced_and_a_number_keeps_its_sign(mine, encoding, shown):
    status, said, complained = redesign("show", "policy=odd", "--config-dir", str(mine), PYTHONIOENCODING=encoding)
    assert (status, complained) == (0, "")
    assert shown in said


@pytest.mark.unhurried
def test_a_refusal_is_shown_in_any_encoding(mine):
    words = ("show", "policy=−£±慢", "--config-dir", str(mine))
    status, said, complained = redesign(*words, PYTHONIOENCODING="ascii")
    assert (status, said) == (2, b"")
    assert "policy=-GBP +/-?" in complained


@on_unix
@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        *(
            pytest.param(line, marks=slow)
            for line in (("list", "policies"), ("show", "--help"), ("compare", "--cfg", "job"))
        ),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_device_is_named_in_one_line(words, unbuffered):
    status, _, complained = redesign(*words, shell='exec "$@" >/dev/full', PYTHONUNBUFFERED=unbuffered)
    assert status == 1
    assert complained == (
        "redesign: the answer cannot be written to standard output: No space left on device; results in folders are kept\n"
    )


@on_unix
@pytest.mark.parametrize("letters", [1, 10_000, 1_000_000])
def test_an_answer_is_known_to_be_lost_however_long_it_is(letters):
    code = (
        "import sys; from contextlib import suppress; from experiments.text import streams; streams.get_ready()\n"
        f"with suppress(OSError): print('x' * {letters}, flush=True)\n"
        "sys.exit(streams.lost(sys.stdout).errno)"
    )
    line = ["sh", "-c", 'exec "$@" >/dev/full', "sh", sys.executable, "-c", code]
    ran = subprocess.run(line, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    assert (ran.returncode, ran.stderr) == (errno.ENOSPC, b"")


@on_unix
@pytest.mark.parametrize(
    "closed",
    [
        pytest.param("<&-", marks=slow),
        ">&-",
        *(pytest.param(each, marks=slow) for each in ("2>&-", ">&- 2>&-", "<&- >&- 2>&-")),
    ],
)
def test_closed_streams_keep_the_status(closed):
    good, _, complained = redesign("list", "policies", shell=f'exec "$@" {closed}')
    assert (good, complained) == (0, "")
    bad, said, complained = redesign("list", "nonsense", shell=f'exec "$@" {closed}')
    assert bad == 2
    assert said == b""  # no complaint is taken for an answer
    assert complained == "" or "there are lists of" in complained


@on_unix
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_complaint_that_nobody_can_read_keeps_the_status(unbuffered):
    status, _, _ = redesign("list", "nonsense", shell='exec "$@" 2>/dev/full', PYTHONUNBUFFERED=unbuffered)
    assert status == 2


@on_unix
def test_a_closed_stream_is_not_given_to_the_next_file(tmp_path):
    """The number of a closed stream is taken, so that nothing that is printed ends up in a file of results."""
    code = (
        "import os, sys; from experiments.text import streams; streams.get_ready();"
        "print('an answer', flush=True); print('a complaint', file=sys.stderr, flush=True);"
        f"sys.exit(os.open({str(tmp_path / 'kept')!r}, os.O_CREAT | os.O_WRONLY))"
    )
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode > 2


@on_unix
@slow
def test_a_reader_who_leaves_is_told_nothing():
    status, said, complained = redesign("compare", "--cfg", "job", shell='"$@" | head -1')
    assert (status, said, complained) == (0, b"place:\n", "")
