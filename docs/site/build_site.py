"""Builds the site that needs no installing, from kept tables alone: nothing is simulated.

python docs/site/build_site.py            writes build/redesign-site, and the same as build/redesign-site.zip
python docs/site/build_site.py FOLDER     writes it into another folder, and FOLDER.zip

What the tables were made with is in them; where that is not the model that is here, the page says so, and so does this.
docs/remake.py makes them anew.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import home_page
import kept_folders
import kept_lessons
import kept_reports
import slider_page
from kept_tables import Kept
from site_pages import ROOT, Frame, address_of, document_page, documents, page, unlike, write

from experiments.questions import question
from experiments.regular_files import walked
from simulation.compile import sources_hash

WATCH = Path(__file__).with_name("kept") / "watch"
"""Other pages that `redesign watch` wrote; every one that lies here is in the site."""


def build(out: Path, kept: Kept) -> list[str]:
    """Writes every page of the site into a folder.

    Args:
        out: the folder, which must not be there.
        kept: the tables that the pages are drawn from.

    Returns:
        What there is to be said: tables of another model, or that are not there.
    """
    today, warnings = sources_hash(), unlike(kept.made_by(), sources_hash())
    there = {"sliders.html": kept.sliders.is_file(), "map.html": kept.nation.is_file()}
    frame = Frame(
        [f"The model here is version {today}."], warnings, [name for name, found in there.items() if not found]
    )
    for name, text in kept_lessons.pages(kept).items():
        write(out / "lessons" / name, text)
    reports = kept_reports.write_pages(kept, out / "reports")
    if there["map.html"]:
        write(out / "map.html", page("map.html.j2", frame, "map.html", **kept_reports.map_of(kept)))
    if there["sliders.html"]:
        write(out / "sliders.html", slider_page.page_of(kept, frame))
    write(out / "index.html", home_page.page_of(kept, frame, reports, _watched(kept, out / "watch")))
    known = documents()
    for document in known:
        write(out / address_of(document), document_page(document, known, frame))
    return [*warnings, *kept.absent()]


def _watched(kept: Kept, into: Path) -> Mapping[str, str]:
    """Draws the town to watch, and copies the pages of others; their addresses, with what each is called."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(WATCH.glob("*.html"))}
    if kept.watched.is_file():
        with kept_folders.opened(kept.watched) as folder:
            texts = {kept_lessons.WATCHED: question("watch").page(folder)} | texts
    found = {}
    for name, text in texts.items():
        write(into / name, text)
        title = text.partition("<title>")[2].partition("</title>")[0].strip()
        found[f"watch/{name}"] = title or name.partition(".")[0].replace("_", " ")
    return found


def main(words: Sequence[str]) -> int:
    """Builds the site and an archive of it; says where they are, and returns the exit status."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        print(__doc__)
        return 0 if words in (["--help"], ["-h"]) else 2
    out, began = Path(words[0] if words else ROOT / "build" / "redesign-site").resolve(), time.monotonic()
    if out.exists() and not (out / "index.html").is_file() and any(out.iterdir()):
        print(f"{out} holds something that is no site: name another folder, or empty it", file=sys.stderr)
        return 2
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        built = Path(folder) / out.name
        for said in build(built, Kept()):
            print(f"note: {said}", file=sys.stderr)
        shutil.rmtree(out, ignore_errors=True)
        built.rename(out)
    archive = shutil.make_archive(str(out), "zip", out.parent, out.name)
    files = [out / name for name in walked(out)]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{out / 'index.html'}\n{archive}")
    print(f"{len(files)} files, {size:.1f} MB, drawn in {time.monotonic() - began:.0f} seconds; nothing was simulated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
