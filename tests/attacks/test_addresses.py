"""Addresses that others can reach: a cluster without certificates, a lab without its token, and what an address may say."""

import pytest

from experiments.configuration.compose import Composed, compose
from experiments.configuration.validate import check
from experiments.errors import ConfigurationError
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
    "tcp://10.0.0.1://localhost", "tcp://", "", "file.json",
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
