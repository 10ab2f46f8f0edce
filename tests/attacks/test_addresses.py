"""Addresses that others can reach: a cluster without certificates, a lab without its token, and what an address may say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from experiments.configuration.compose import Composed, compose
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
from experiments.lab.state import State, read_state
from experiments.questions.lab import question as lab
from experiments.questions.lab.question import Lab
from experiments.running import dask_cluster
from experiments.text.addresses import is_loopback, is_open

CLOSED = [
    "tcp://127.0.0.1:8786", "tcp://127.8.9.1:8786", "tcp://localhost:8786", "tcp://LOCALHOST", "tcp://[::1]:8786", "tcp://[::1]",
    "127.0.0.1:8786", "localhost:8786", "tls://10.0.0.1:8786", "TLS://scheduler:8786", "wss://scheduler:443", "inproc://10.0.0.1/1/2",
    "tcp://[::ffff:127.0.0.1]:8786", "ws://127.0.0.1:80",
]  # fmt: skip
OPEN = [
    "tcp://10.0.0.1:8786", "tcp://0.0.0.0:8786", "tcp://[::]:8786", "tcp://scheduler:8786", "scheduler:8786", "10.0.0.1",
    "tcp://127.0.0.1.example.org:8786", "tcp://localhost.example.org:8786", "tcp://127.0.0.1@example.org:8786",
    "tcp://127.0.0.1:80@example.org:8786", "tcp://128.0.0.1:8786", "tcp://[fe80::1]:8786", "tcp://[::ffff:10.0.0.1]:8786",
    "ws://scheduler:80", "ucx://10.0.0.1:8786", "tls:10.0.0.1:8786", " tls://10.0.0.1:8786", "tlsx://10.0.0.1:8786",
    "tcp://10.0.0.1://localhost", "tcp://", "file.json",
]  # fmt: skip


@pytest.fixture(scope="module")
def composed():
    return compose("compare", ["place=teaching_town"], [])


def asked(composed, **settings):
    return check(Composed({**composed.data, **settings}, composed.choices)).settings


@pytest.mark.parametrize("address", OPEN)
def test_a_scheduler_that_others_can_reach_is_refused(composed, address):
    assert is_open(address)
    with pytest.raises(ConfigurationError) as refused:
        asked(composed, runner="dask", scheduler=address)
    said = refused.value.message()
    assert f"scheduler={address}" in said
    assert "insecure=true" in said
    assert said.index("tls://host:port") < said.index("insecure=true")
    assert asked(composed, runner="dask", scheduler=address, insecure=True).scheduler == address


@pytest.mark.parametrize("address", CLOSED)
def test_a_scheduler_of_this_machine_or_with_certificates_is_not(composed, address):
    assert not is_open(address)
    assert asked(composed, runner="dask", scheduler=address).scheduler == address


@pytest.mark.parametrize("given", ["yes", 1, "true", None])
def test_insecure_is_said_outright(composed, given):
    with pytest.raises(ConfigurationError):
        asked(composed, runner="dask", scheduler="tcp://10.0.0.1:8786", insecure=given)


def test_no_fix_opens_a_scheduler_to_everybody():
    pytest.importorskip("distributed")
    with pytest.raises(ConfigurationError) as refused:
        dask_cluster._client(dask_cluster._distributed(), "tcp://127.0.0.1:9")
    assert "does not answer" in refused.value.message()
    assert "0.0.0.0" not in refused.value.message()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.255.254", "::1", "[::1]", "localhost"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.2", "localhost.lan", "127.0.0.1.lan", "::ffff:10.0.0.1"]
)
def test_other_machines(host):
    assert not is_loopback(host)


# -- the lab ---------------------------------------------------------------------------------------------------------

HOSTILE = {
    "more digits than Python reads": {"years": "9" * 4301},
    "digits of another script": {"years": "\u0663"},
    "a number that is none": {"b.envelope.cut": "nan"},
    "a number without end": {"b.envelope.cut": "inf"},
    "an exponent without end": {"b.envelope.cut": "1e" + "9" * 90},
    "underscores": {"b.envelope.cut": "0_0.2"},
    "spaces": {"years": " 2 "},
    "a sign": {"seed": "-0"},
    "markup": {"a": "<script>alert(1)</script>"},
    "a name without end": {"a": "x" * 100_000},
    "a key without end": {"x" * 100_000: "1"},
    "a path": {"place": "../../etc/passwd"},
    "a resolver": {"a": "${oc.env:HOME}"},
    "a list": {"b.portfolio.designs": "[a,b]"},
    "nothing": {"years": ""},
    "nothing at all": {"": ""},
    "a policy of nothing": {"a.": "1"},
    "a lever of nothing": {"a..": "1"},
    "half a number": {"years": "2.5"},
    "commands to a terminal": {"place": "\x1b[2J"},
    "very many": {f"a.k{k}": "1" for k in range(10_000)},
}


@pytest.mark.parametrize("address", HOSTILE.values(), ids=HOSTILE)
def test_what_an_address_of_the_lab_cannot_say_is_refused_briefly(address):
    with pytest.raises(ConfigurationError) as refused:
        read_state(address)
    assert len(refused.value.message()) < 2_000


@pytest.mark.unhurried
@given(some.dictionaries(
    some.one_of(
        some.sampled_from(["years", "a", "b", "place", "seed", "a.pooling", "b.envelope.cut", "a.portfolio.only"]),
        some.text(max_size=12),
    ),
    some.one_of(some.text(max_size=12), some.floats().map(str), some.integers().map(str)), max_size=4,
))  # fmt: skip
@settings(deadline=None)
def test_any_address_of_the_lab_is_read_or_refused(address):
    try:
        state = read_state(address)
    except ConfigurationError:
        return
    assert read_state(state.address()) == state


@pytest.fixture
def started(monkeypatch, tmp_path, capsys):
    """Starts a lab up to the moment in which its server would take over; returns where, with what, and what was said."""

    def start(**changes):
        there = {}
        with monkeypatch.context() as patch:
            patch.setattr(os, "dup2", lambda *_: None)
            patch.setattr(os, "chdir", lambda folder: there.update(folder=Path(folder)))
            patch.setattr(os, "execve", lambda program, words, environment: there.update(words=words, of=environment))
            given = {"address": "127.0.0.1", "port": 8501, "open_browser": False, "token": True}
            limits = {
                "folder": str(tmp_path / "kept"),
                "site": "auto",
                "benches": 1,
                "waiting": 1,
                "minutes": 1.0,
                "kept": 1,
            }
            Lab().answer(lab.Settings(**{**given, **limits, **changes}))
        return there, capsys.readouterr().err

    return start


def test_a_lab_has_a_token_of_its_own_that_only_its_address_tells(started):
    tokens = set()
    for _ in range(3):
        there, said = started()
        (token,) = re.findall(r"http://localhost:8501/\?token=([\w-]{24})  ", said)
        assert json.loads(there["of"][lab.SETTINGS])["token"] == token
        assert token not in str(there["words"])  # which everybody on the machine can list
        tokens.add(token)
    assert len(tokens) == 3
    assert "note:" not in said


def test_a_lab_without_a_token_was_told_to_have_none(started):
    there, said = started(token=False)
    assert "token" not in said
    assert json.loads(there["of"][lab.SETTINGS])["token"] == ""
    for given_ in (None, "false", 0, "no"):
        with pytest.raises(ValueError, match="token"):
            started(token=given_)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.2", "::", "host.example"])
@pytest.mark.parametrize("token", [True, False])
def test_whoever_lets_others_in_is_told(started, address, token):
    _, said = started(address=address, token=token)
    assert f"note: address={address} lets others on the network in" in said
    assert ("there is no token" in said) != token


def test_a_lab_takes_no_settings_from_where_it_is_started(started, tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION", "false")
    monkeypatch.setenv("STREAMLIT_SERVER_BASE_URL_PATH", "theirs")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([".", str(tmp_path)]))
    there, _ = started()
    assert there["folder"] == Path(lab.__file__).parents[2] / "lab"
    assert not list(there["folder"].glob(".streamlit"))
    assert not [key for key in there["of"] if key.startswith("STREAMLIT_")]
    assert all(map(os.path.isabs, there["of"]["PYTHONPATH"].split(os.pathsep)))
    assert there["of"]["PYTHONSAFEPATH"] == "1"


def test_settings_of_a_strangers_folder_do_not_reach_the_server(started, tmp_path):
    """Streamlit itself, started as the lab starts it, is asked what it would do; a home that says otherwise loses too."""
    pytest.importorskip("streamlit")
    (tmp_path / ".streamlit").mkdir()
    other = "[server]\nport=1\nenableCORS=false\nbaseUrlPath='theirs'\nenableStaticServing=true\n"
    (tmp_path / ".streamlit/config.toml").write_text(other)
    there, _ = started()
    asked = ("server.port", "server.enableCORS", "server.baseUrlPath", "server.enableStaticServing", "server.address")
    code = (
        "import sys\nfrom streamlit.web import cli\nfrom streamlit import config\n"
        f"cli._main_run = lambda *a, flag_options, **b: cli.bootstrap.load_config_options(flag_options)\n"
        f"sys.argv[0] = 'streamlit'\ntry:\n    cli.main()\nfinally:\n"
        f"    print([str(config.get_option(k)).lower() for k in {asked}])"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code, *there["words"][4:]], cwd=there["folder"], capture_output=True, text=True,
        env={**there["of"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.stdout.strip() == "['8501', 'true', '', 'false', '127.0.0.1']", ran.stderr


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::"])
def test_the_server_greets_nobody_for_which_it_would_ask_another_machine(started, address):
    """Streamlit's greeting of a server that lets others in asks a machine outside for this one's address."""
    words = started(address=address)[0]["words"]
    assert words[words.index("--logger.hideWelcomeMessage") + 1] == "true"


@pytest.mark.parametrize("word", ["", "x", "TOKEN", "token ", "tokeń", "\udcff", "tokentoken"])
def test_another_word_does_not_open_the_lab(monkeypatch, word):
    session = pytest.importorskip("experiments.lab.session")
    monkeypatch.setenv(lab.SETTINGS, json.dumps({"token": "token"}))
    assert not session.opens(word)
    assert session.opens("token")
    assert session.shared("play", State())["token"] == "token"
    monkeypatch.setenv(lab.SETTINGS, json.dumps({"token": ""}))
    assert session.opens(word)
    assert "token" not in session.shared("play", State())
