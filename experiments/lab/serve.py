"""Serves the page, and opens it in the browser as soon as it can be had: Streamlit by itself would open it without its token."""

import json
import os
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Sequence
from typing import Any

from streamlit import App

from experiments.lab.site.beside import routes
from experiments.questions.lab.question import SETTINGS, address_of

PATIENCE = 60.0  # seconds until a page that does not come up is given up
PAUSE = 0.2
HEALTH = "_stcore/health"


def main(words: Sequence[str]) -> None:
    """Serves the page until it is stopped.

    Args:
        words: of the command `streamlit`: run, the page, and its options.
    """
    told = json.loads(os.environ.get(SETTINGS, "{}"))
    if told.get("open_browser"):
        threading.Thread(target=_open, args=(told,), daemon=True).start()
    _, page, *options = words
    sys.argv = [page]
    values = {key.removeprefix("--"): _value(text) for key, text in zip(options[::2], options[1::2], strict=True)}
    App(page, routes=routes(told)).run(config=values)


def _value(text: str) -> Any:
    """An option of Streamlit's, as it stands on a command line: true or false, a number, or a text."""
    return {"true": True, "false": False}.get(text, int(text) if text.isdecimal() else text)


def _open(told: dict[str, str]) -> None:
    """Opens the page once it is there."""
    until = time.monotonic() + PATIENCE
    page = address_of(told["address"], int(told["port"]), told["token"])
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(page.partition("?")[0] + HEALTH, timeout=1).close()
        except OSError:
            time.sleep(PAUSE)
        else:
            webbrowser.open(page)
            return


if __name__ == "__main__":
    main(sys.argv[1:])
