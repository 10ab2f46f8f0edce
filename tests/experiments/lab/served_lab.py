"""A lab that is served for a test, as `redesign lab` serves it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from real_browser import PATIENCE


@contextmanager
def served(folder):
    """A lab with nothing kept in this folder yet: its address without a slash at the end, and its token."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    words = ["lab", f"port={port}", "open_browser=false", f"folder={folder / 'kept'}", "benches=1"]
    with (folder / "said").open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "experiments.cli", *words], stdout=said, stderr=said, cwd=folder, env=os.environ
        )
        try:
            until = time.monotonic() + PATIENCE / 1000
            while time.monotonic() < until:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert server.poll() is None, (folder / "said").read_text()
                    time.sleep(0.3)
            told = (folder / "said").read_text()
            (token,) = re.findall(r"The lab is at http://localhost:\d+/\?token=(\S+) ", told)
            yield f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            server.wait()


def quiet(page):
    """Waits until the server has nothing more to draw, and for the page's own style, which Streamlit loads after the texts."""
    page.wait_for_timeout(700)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")
    page.locator("[data-testid=stHtml] style").first.wait_for(state="attached")
