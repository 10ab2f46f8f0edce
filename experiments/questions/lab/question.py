"""The question `redesign lab`: a page in the browser on which policies are tried, predicted and looked into."""

import json
import os
import socket
import sys
from importlib.util import find_spec
from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.validation_errors import shown
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.base import Command
from simulation.parameters.quantity import Strict, Text

SETTINGS = "REDESIGN_LAB"
"""The environment variable through which the page is told its settings."""
PAGE = "experiments.lab.page"
"""The module that Streamlit runs; it is never imported here."""
HIGHEST_PORT = 65535
CORES_A_BENCH = 2


class Settings(Strict):
    """The settings of `redesign lab`."""

    address: Annotated[Text, Setting("127.0.0.1: this machine only; 0.0.0.0 lets others on your network in", "nothing")]
    port: Annotated[int, Field(ge=1, le=HIGHEST_PORT, strict=True), Setting("of the page", "nothing")]
    open_browser: Annotated[bool, Field(strict=True), Setting("false: only say where the page is", "nothing")]
    folder: Annotated[Text, Setting("what is kept: one folder for each comparison that was run", "nothing")]
    benches: Annotated[
        int,
        Field(ge=1, le=64, strict=True),
        Setting("comparisons that run at the same time; auto: one per two cores", "nothing"),
    ]
    waiting: Annotated[
        int,
        Field(ge=0, le=1000, strict=True),
        Setting("comparisons that may wait for a bench; more are turned away kindly", "nothing"),
    ]
    minutes: Annotated[float, Field(gt=0), Setting("a comparison that takes longer is stopped", "nothing")]
    kept: Annotated[
        int,
        Field(ge=1, strict=True),
        Setting("comparisons kept in the folder; beyond that the oldest are deleted", "nothing"),
    ]

    @field_validator("benches", mode="before")
    @classmethod
    def _auto(cls, given: Any) -> Any:
        """`auto` is one bench for every two cores."""
        return max(1, (os.cpu_count() or 1) // CORES_A_BENCH) if given == "auto" else given


class Lab(Command[Settings]):
    """A page that is served until it is stopped; what it runs are comparisons."""

    name = "lab"
    settings = Settings

    def plans(self, composed: Composed) -> Settings:
        """Reads the settings; refuses with everything that is wrong."""
        return check(composed)

    def answer(self, asked: Settings) -> int:
        """Serves the page until Ctrl-C: this process becomes the server, so that whatever ends one ends the other."""
        folder = path_of(asked.folder, "folder=").resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = f"cannot be written: {error.strerror}"
            raise ConfigurationError(Fault(f"folder={folder}", why, "folder=my/lab")) from error
        told = {**asked.model_dump(), "folder": str(folder)}
        environment = {**os.environ, SETTINGS: json.dumps(told), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
        shown = "localhost" if asked.address in ("127.0.0.1", "::1") else asked.address
        print(f"The lab is at http://{shown}:{asked.port}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Streamlit's own greeting, which names other addresses
        os.execve(sys.executable, command_of(asked), environment)


QUESTION = Lab()


def check(composed: Composed) -> Settings:
    """Reads the settings; refuses with everything that is wrong."""
    strangers = [key for key in composed.data if key not in Settings.model_fields]
    faults = [unknown(f"{key}={composed.data[key]}", "key", key, Settings.model_fields) for key in strangers]
    settings = read(Settings, {key: value for key, value in composed.data.items() if key not in strangers}, "", faults)
    if settings is None:
        raise ConfigurationError(*faults)
    if find_spec("streamlit") is None:
        faults.append(Fault("", "the lab needs Streamlit, which is not installed", "pip install 'redesign[lab]'"))
    if not faults and not _is_here(settings.address):
        why = "is no address of this machine"
        faults.append(
            Fault(f"address={shown(settings.address)}", why, "address=127.0.0.1, or 0.0.0.0 for your network")
        )
    if not faults and _is_taken(settings.address, settings.port):
        faults.append(
            Fault(
                f"port={settings.port}",
                f"of {settings.address} is in use, or cannot be had",
                f"redesign lab port={settings.port % HIGHEST_PORT + 1}",
            )
        )
    if faults:
        raise ConfigurationError(*faults)
    return settings


def _is_here(address: str) -> bool:
    """Whether a page could be served at this address, at some port."""
    return not _is_taken(address, 0)


def _is_taken(address: str, port: int) -> bool:
    """Whether the page could not be served there."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except (OSError, OverflowError, UnicodeError, ValueError):
            return True
    return False


def options_of(settings: Settings) -> dict[str, str]:
    """How Streamlit is started: it tells nobody anything, asks nobody anything and shows none of its own menus."""
    return {
        "server.address": settings.address,
        "server.port": str(settings.port),
        "server.headless": str(not settings.open_browser).lower(),
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.base": "light",
        "theme.primaryColor": "#12436D",
        "theme.textColor": "#1F1F1F",
    }


def command_of(settings: Settings) -> list[str]:
    """How the page is served; nothing in the folder that the user stands in is taken for a module of ours."""
    page = find_spec(PAGE)
    assert page is not None
    assert page.origin is not None
    words = [word for key, value in options_of(settings).items() for word in (f"--{key}", value)]
    return [sys.executable, "-P", "-m", "streamlit", "run", page.origin, *words]
