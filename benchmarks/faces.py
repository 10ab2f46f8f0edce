"""How heavy the pages are, how soon their first picture is there, and how long a frame of two watched towns takes to draw.

Run with `make benchmarks`; needs Playwright and Chromium. Makes each page as its command does, opens it from disk and writes
benchmarks/faces.md; the lab's first result is in lab.md. A frame's time is what its script takes of the
main thread's processor time, as Chromium's own tracing tells it: once as it is, once with the processor slowed down.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from experiments.cli import main as redesign

OUT = Path(__file__).with_name("faces.md")
MEGABYTE = 1e6
MOST_SCRIPT, SLOWED = 8.0, 4
SECONDS = 15
PAGES = {
    "two towns, 5,000 dots each, ten years": (["watch"], "report.html", "#date:not(:empty)"),
    "two towns, 10,000 dots each, ten years": (
        ["watch", "place=croydon", "scale=0.027"],
        "report.html",
        "#date:not(:empty)",
    ),
    "report of a comparison": (["compare", "place=teaching_town", "years=3", "replicates=3"], "report.html", "img"),
    "lesson": (["lesson", "climate", "years=5", "replicates=4"], "climate.html", "#sketch svg"),
}
"""By what it is: the command, its page, and what is there once the first picture is."""
SITE = {
    "site: home": ("index.html", "h1"),
    "site: sliders": ("sliders.html", "table"),
    "site: England's map": ("map.html", "img"),
}
"""By what it is: a page of the site, and what is there once the first picture is."""
BUILDER = Path(__file__).parents[1] / "docs" / "site" / "build_site.py"


def appears(browser: Browser, page_file: Path, sign: str) -> float:
    """Seconds until the first picture of a page from disk is there."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    began = time.perf_counter()
    page.goto(page_file.as_uri())
    page.locator(sign).first.wait_for()
    seconds = time.perf_counter() - began
    page.context.close()
    return seconds


def frames(browser: Browser, page_file: Path, slowed: int) -> list[float]:
    """Milliseconds of processor time that the script of each frame takes while two towns are played, in order of size."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(page_file.as_uri())
    page.locator("#date:not(:empty)").wait_for()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1000 * SECONDS)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    page.context.close()
    return sorted(each["tdur"] / 1000 for each in events if each["name"] == "FireAnimationFrame" and "tdur" in each)


def framed(browser: Browser, page_file: Path) -> list[str]:
    """Lines of the table of frames."""
    lines = []
    for slowed, times in ((1, SLOWED), (SLOWED, 1)):
        found = [times * each for each in frames(browser, page_file, slowed)]
        late, within = found[int(0.95 * len(found))], sum(each <= MOST_SCRIPT for each in found) / len(found)
        how = f"slowed down {SLOWED} times" if slowed > 1 else f"as it is, times {SLOWED}"
        lines.append(f"| {how} | {len(found)} | {statistics.median(found):.1f} | {late:.1f} | {within:.0%} |")
    return lines


def main() -> None:
    """Make, weigh, open and play; write the tables."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    pages, timed = [], {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for number, (what, (words, name, sign)) in enumerate(PAGES.items()):
            out = Path(scratch) / str(number)
            if redesign([*words, f"out={out}"]) != 0:
                raise SystemExit(f"{what}: could not be made")
            weight = (out / name).stat().st_size / MEGABYTE
            pages.append(f"| {what} | {weight:.1f} MB | {appears(browser, out / name, sign):.1f} s |")
            if words[0] == "watch":
                timed[what] = framed(browser, out / name)
        site = Path(scratch) / "site"
        subprocess.run([sys.executable, BUILDER, site], check=True)
        for what, (name, sign) in SITE.items():
            weight = (site / name).stat().st_size / MEGABYTE
            pages.append(f"| {what} | {weight:.1f} MB | {appears(browser, site / name, sign):.1f} s |")
        browser.close()
    lines = [
        "# Weights and times of the pages",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}, Chromium without a graphics card, "
        f"1280 by 800. Meanwhile {os.getloadavg()[1]:.0f} processes wanted the {os.cpu_count()} cores on average; with more "
        "than cores, times say little. The lab's first result: lab.md.",
        "",
        "| page | weight | first picture after |",
        "| --- | ---: | ---: |",
        *pages,
    ]
    for what, rows in timed.items():
        lines += [
            "",
            f"Script of a frame, {what}, played; milliseconds of processor time ({MOST_SCRIPT:.0f} at most are wanted):",
            "",
            "| processor | frames | median | 19 in 20 within | within 8 ms |",
            "| --- | ---: | ---: | ---: | ---: |",
            *rows,
        ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
