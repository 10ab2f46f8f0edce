"""The question `redesign lab`: a page in the browser on which policies are tried, predicted and looked into."""

import json
import os
import secrets
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.configuration.compose import Composed
from experiments.configuration.declared import Setting
from experiments.configuration.parse import read
from experiments.configuration.validation_errors import shown
from experiments.configuration.words.paths import path_of
from experiments.errors import ConfigurationError, Fault, unknown
from experiments.questions.base import Command
from experiments.running.machine.processes import clean_environment
from experiments.text.addresses import is_loopback
from simulation.parameters.quantity import Strict, Text

SETTINGS = "REDESIGN_LAB"
"""The environment variable through which the page is told its settings."""
PAGE, SERVER = "experiments.lab.page", "experiments.lab.serve"
"""The module that Streamlit runs, and the one that runs Streamlit; neither is ever imported here."""
TOKEN = "token"
"""What a page's address calls the word without which it shows nothing."""
LETTERS = 18  # bytes of luck in a token
AUTO, SITE, HOME = "auto", "build/redesign-site", "index.html"
"""Where `make site` writes the site, and the page that it begins with."""
OF_STREAMLIT, SOURCES = "STREAMLIT_", "PYTHONPATH"
HIGHEST_PORT = 65535
CORES_A_BENCH = 2


class Settings(Strict):
    """The settings of `redesign lab`."""

    address: Annotated[Text, Setting("127.0.0.1: this machine only; 0.0.0.0 lets others on your network in", "nothing")]
    port: Annotated[int, Field(ge=1, le=HIGHEST_PORT, strict=True), Setting("of the page", "nothing")]
    open_browser: Annotated[bool, Field(strict=True), Setting("false: only say where the page is", "nothing")]
    token: Annotated[
        bool,
        Field(strict=True),
        Setting("true: the page opens only with the word in its address; false: to whoever reaches it", "nothing"),
    ]
    folder: Annotated[Text, Setting("what is kept: one folder for each comparison that was run", "nothing")]
    site: Annotated[
        Text, Setting("of make site, a link to it at the foot; auto: build/redesign-site where it was built", "nothing")
    ]
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
        token = secrets.token_urlsafe(LETTERS) if asked.token else ""
        told = {**asked.model_dump(), "folder": str(folder), "site": site_of(asked.site), TOKEN: token}
        others = {
            key: value for key, value in os.environ.items() if not key.startswith(OF_STREAMLIT)
        } | clean_environment()
        if SOURCES in others:
            others[SOURCES] = os.pathsep.join(map(os.path.abspath, others[SOURCES].split(os.pathsep)))
        for note in warnings_of(asked):
            print(f"note: {note}", file=sys.stderr)
        where = address_of(asked.address, asked.port, token)
        print(f"The lab is at {where}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Streamlit's own greeting, which names other addresses
        os.chdir(
            page_file().parent
        )  # Streamlit takes settings and secrets from the folder it is started in: this is ours
        os.execve(sys.executable, command_of(asked), {**others, SETTINGS: json.dumps(told)})


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
    if settings.site != AUTO and not site_of(settings.site):
        why = f"holds no {HOME}, so it is no site"
        faults.append(Fault(f"site={shown(settings.site)}", why, "make site, or leave site=... out"))
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


def site_of(given: str) -> str:
    """The whole path of the site that is served beside the page; empty where there is none."""
    folder = path_of(SITE if given == AUTO else given, "site=").resolve()
    return str(folder) if (folder / HOME).is_file() else ""


def warnings_of(settings: Settings) -> list[str]:
    """What somebody should know who lets others in."""
    if is_loopback(settings.address):
        return []
    let_in = "has its whole address" if settings.token else "finds it: there is no token"
    return [
        f"address={settings.address} lets others on the network in: whoever {let_in}; what goes over the network is not "
        "encrypted, and comparisons run on this machine"
    ]


def address_of(address: str, port: int, token: str) -> str:
    """Where the page is, as it is typed into a browser."""
    host = "localhost" if address in ("127.0.0.1", "::1") else f"[{address}]" if ":" in address else address
    return f"http://{host}:{port}/" + (f"?{TOKEN}={token}" if token else "")


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
    """How Streamlit is started: it tells nobody anything, asks nobody anything and shows none of its own menus.

    What is said here wins over every file and variable from which Streamlit takes settings otherwise.
    """
    return {
        "server.address": settings.address,
        "server.port": str(settings.port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.runOnSave": "false",
        "server.baseUrlPath": "",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "server.enableStaticServing": "false",
        "runner.magicEnabled": "false",
        "global.developmentMode": "false",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
        "logger.hideWelcomeMessage": "true",  # which asks another machine for this one's address, where others are let in
        "theme.light.primaryColor": "#12436D",
        "theme.light.textColor": "#1F1F1F",
        "theme.dark.primaryColor": "#2F6DA8",
    }


def command_of(settings: Settings) -> list[str]:
    """How the page is served; nothing in the folder that the user stands in is taken for a module of ours."""
    words = [word for key, value in options_of(settings).items() for word in (f"--{key}", value)]
    return [sys.executable, "-P", "-m", SERVER, "run", str(page_file()), *words]


def page_file() -> Path:
    """The file of the page."""
    page = find_spec(PAGE)
    assert page is not None
    assert page.origin is not None
    return Path(page.origin).resolve()
