"""How heavy the report is and how long it takes to write and to appear, on paper and with figures that answer.

Run with `make benchmarks`. Runs a small comparison, writes its report with and without processes beside this one, opens
it in Chromium, and writes benchmarks/report.md. Quote ratios, not seconds.
"""

import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from experiments import report
from experiments.cli import main as redesign
from experiments.questions.compare.report import page_again, write_report
from experiments.running.pool import helper_pool

OUT = Path(__file__).with_name("report.md")
SMALL = ["place=teaching_town", "years=3", "replicates=3"]
TIMES = 2
ANSWERING = "document.querySelectorAll('.live[data-drawn=yes]').length"
MB = 1e6


def shortest(work: Callable[[], object]) -> float:
    """The shortest wall time of a few tries."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def appears(page_file: Path) -> tuple[float, float]:
    """Seconds until the page is there, and until every figure that answers has been drawn."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        began = time.perf_counter()
        page.goto(page_file.as_uri())
        there = time.perf_counter() - began
        figures = page.locator("figure:has(.live)")
        for k in range(figures.count()):
            figures.nth(k).scroll_into_view_if_needed()
            page.wait_for_function(f"{ANSWERING} > {k}")
        drawn = time.perf_counter() - began
        browser.close()
    return there, drawn


def main() -> None:
    """Weigh, time, write the table."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        redesign(["compare", *SMALL, f"out={out}"])
        page = out / "report.html"
        program = (Path(report.__file__).parent / "vega.js").stat().st_size
        pictures = sum(path.stat().st_size for path in (out / "figures").glob("*.svg"))
        alone = shortest(lambda: write_report(out))
        with helper_pool(None) as artists:
            artists.get_ready("experiments.questions.compare.report")
            write_report(out, artists.executor)
            together = shortest(lambda: write_report(out, artists.executor))
        again = shortest(lambda: page_again(out))
        there, drawn = min(appears(page) for _ in range(TIMES))
        rows = [
            ("weight of the page", f"{page.stat().st_size / MB:.1f} MB"),
            ("of which the program that lets figures answer", f"{program / MB:.1f} MB"),
            ("of which pictures", f"{pictures / MB:.1f} MB"),
            ("all figures drawn and page written, in one process", f"{alone:.1f} s"),
            (f"the same with {helper_pool(None).processes} process(es) beside it", f"{together:.1f} s"),
            ("page written anew from what is there (`redesign report`)", f"{again:.1f} s"),
            ("page there in Chromium", f"{there:.2f} s"),
            ("every figure that answers drawn, scrolling to each", f"{drawn:.2f} s"),
        ]
    lines = [
        "# Weight and speed of the report",
        "",
        f"{platform.machine()}, Python {platform.python_version()}, matplotlib {version('matplotlib')}; "
        f"`redesign compare {' '.join(SMALL)}`; the shortest of {TIMES}.",
        "",
        "| what | |",
        "| --- | ---: |",
        *(f"| {what} | {value} |" for what, value in rows),
    ]
    OUT.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
