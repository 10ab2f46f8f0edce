"""How long a visitor to the lab waits for the first picture, and how heavy the page is.

Run with `make benchmarks`; needs Streamlit, Playwright and Chromium. Writes benchmarks/lab.md. The lab is served and opened on
this machine, as `redesign lab` does it; what is timed is what somebody sees: from pressing Run to the first drawn chart, and
from asking for the address to the Run button.
"""

import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).with_name("lab.md")
PATIENCE = 600_000
TIMES = 3
FIRST_SEED = 101
WAIT = 0.2
CHART = ", ".join(f"[data-testid=stVegaLiteChart][aria-label*='in year'] {drawn}" for drawn in ("canvas", "svg"))
"""A picture of what the policies did; before a run there is an empty one."""
MEGABYTE = 1e6


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address, with its token, of a lab with nothing kept yet, whose bench has got ready."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    words = ["lab", f"port={port}", "open_browser=false", f"folder={folder / 'kept'}", "benches=1"]
    with (folder / "said").open("w") as said:
        command = [sys.executable, "-u", "-m", "experiments.cli", *words]
        server = subprocess.Popen(command, cwd=folder, env=os.environ, stdout=said, stderr=subprocess.STDOUT)
    try:
        while not (told := re.search(r"\?token=\S+", (folder / "said").read_text(encoding="utf-8"))):
            time.sleep(WAIT)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(WAIT)
        yield f"http://127.0.0.1:{port}/{told[0]}"
    finally:
        server.terminate()
        server.wait()


def opened(browser: Browser, address: str) -> tuple[Page, float, float, int]:
    """A page in a browser that has kept nothing: seconds until it can be used, megabytes received, requests made."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    heavy: list[float] = []
    asked: list[Any] = []
    wire.on("Network.loadingFinished", lambda event: heavy.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request))
    began = time.perf_counter()
    page.goto(address)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    return page, time.perf_counter() - began, sum(heavy) / MEGABYTE, len(asked)


def first_picture(page: Page) -> float:
    """Seconds from pressing Run to the first chart that is drawn."""
    began = time.perf_counter()
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(CHART).first.wait_for()
    return time.perf_counter() - began


def ended(page: Page) -> None:
    """Waits until a comparison is over, so that the next one finds the bench free."""
    page.get_by_role("heading", name="After").wait_for()


def main() -> None:
    """Open, run and time; write the table."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    rows: list[tuple[str, list[float], str]] = []
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page, seconds, weight, requests = opened(browser, address)
        rows.append(("the very first page of a lab just started", [seconds], "s"))
        rows.append(("first picture, right after that, while the simulation gets ready", [first_picture(page)], "s"))
        ended(page)
        page.context.close()
        again = [opened(browser, address) for _ in range(TIMES)]
        rows.append(("a page opened by a new visitor", [each[1] for each in again], "s"))
        waits: dict[str, list[float]] = {"settled": [], "another luck": []}
        for k, kind in enumerate(("another luck", "settled")):
            for number in range(TIMES):
                # Years differ, so that no result is there already; with another luck the place must settle first.
                query = f"&years={9 - number}" + (f"&seed={FIRST_SEED + number}" if k == 0 else "")
                page = opened(browser, address + query)[0]
                waits[kind].append(first_picture(page))
                ended(page)
                page.context.close()
        page, other = (opened(browser, f"{address}&years=7&seed={FIRST_SEED + k}")[0] for k in range(2))
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_role("button", name="Cancel").wait_for()
        queued = first_picture(other)
        rows.append(("first picture, teaching town, usual luck", waits["settled"], "s"))
        rows.append(("first picture, teaching town, another luck (it settles first)", waits["another luck"], "s"))
        rows.append(
            ("first picture, when another visitor's comparison has just begun on the only bench", [queued], "s")
        )
        rows.append((f"page weight ({requests} requests)", [weight], "MB"))
        browser.close()
    lines = [
        "# The lab",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}, Streamlit {version('streamlit')}; "
        f"Chromium on the same machine; the median of so many, and the longest. Meanwhile {os.getloadavg()[1]:.0f} "
        f"processes wanted the {os.cpu_count()} cores on average; with more than cores, quote nothing.",
        "",
        "| what | times | median | longest | unit |",
        "|---|---:|---:|---:|---|",
    ]
    for what, values, unit in rows:
        lines.append(f"| {what} | {len(values)} | {statistics.median(values):.1f} | {max(values):.1f} | {unit} |")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
