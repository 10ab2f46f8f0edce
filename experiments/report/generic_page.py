"""Writes the page of any result folder: its sentence, and every figure and table that it holds, whatever the question was.

A figure is a drawing in `figures/` with its numbers and words beside it; a table is a CSV file in the folder. So a question
that did not exist when this was written is shown too.
"""

from __future__ import annotations

import html
import json
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.statistics.sentence import listed
from experiments.report import tables
from experiments.report.drawing import ALT, CAPTION
from experiments.report.folder_contents import plain
from experiments.report.layout import document, figure, making, section
from experiments.report.sections import PARTS, ordered
from experiments.results import results_folder
from experiments.text.purpose import CHANCE_ONLY, PURPOSE

SVG = "{http://www.w3.org/2000/svg}"
SENTENCES = ("sentence", "found_by", "who")
"""What a question calls what it has to say, in the manifest or in the facts it keeps as JSON."""
CAUTIONS = ("uncertainty", "caution")
ASKED_FOR = {
    "sweep": "How the difference changes when settings do",
    "sensitivity": "Which uncertain numbers the answer hangs on",
    "discover": "Where each policy does worse",
    "attribute": "Which levers did it",
    "biography": "Two lives of one citizen",
    "frontier": "Each policy at its best with the same money",
    "stress": "What breaks the answer",
}
MOST_ROWS, MOST_COLUMNS = 200, 16
FACTS = {
    "place_title": "Place",
    "arms": "Arms",
    "contrast": "Compared",
    "years": "Years",
    "replicates": "Replications",
    "scale": "Simulated people for each real one",
    "seed": "Seed",
    "points": "Points",
    "model_version": "Model",
    "python": "Python",
    "platform": "Platform",
    "wall_seconds": "Seconds taken",
}
LEFT_AS_IT_IS = {"out", "workers", "threads"}


@dataclass(frozen=True)
class _Kept:
    """A figure as its files hold it."""

    svg: str
    alt: str
    caption: str
    numbers: Path


def page(out: Path) -> str:
    """Writes the whole page of a folder."""
    manifest = results_folder.read_manifest(out)
    question = str(manifest.get("question") or "")
    found = _figures(out / "figures")
    by_part = ordered(list(found))
    answers = [part for part in PARTS if by_part[part.name]]
    loose = [path for path in sorted(out.glob("*.csv")) if path.stem not in found]
    body = [section(p.name, p.heading, (_figure(name, found[name]) for name in by_part[p.name])) for p in answers]
    links = [(part.name, part.heading) for part in answers]
    if loose:
        body.append(section("tables", "The tables behind it", map(_table, loose)))
        links.append(("tables", "The tables behind it"))
    body += [section("made_of", "What was assumed", [_assumed(manifest)]), _making(manifest, out)]
    links += [("made_of", "What was assumed"), ("making", "How to reproduce it")]
    return document(_title(question, manifest), _head(out, manifest), links, "\n".join(body), answers=False)


def _title(question: str, manifest: Mapping[str, Any]) -> str:
    """Names the question, the arms and the place."""
    asked = ASKED_FOR.get(question) or plain(question or "results")
    arms = [plain(str(arm)) for arm in manifest.get("contrast") or manifest.get("arms") or ()]
    between = f": {listed(arms)}" if arms else ""
    place = manifest.get("place_title") or manifest.get("place")
    return f"{asked}{between}{f' in {place}' if place else ''}"


def _head(out: Path, manifest: Mapping[str, Any]) -> str:
    """The answer, then what it is no answer to."""
    facts = dict(manifest)
    for path in sorted(out.glob("*.json")):
        if path.stem == str(manifest.get("question")):
            facts = json.loads(path.read_text(encoding="utf-8")) | facts
    said = [str(facts[name]) for name in SENTENCES if facts.get(name)]
    told = [str(words) for words in facts.get("told") or ()]
    cautions = [str(facts[name]) for name in CAUTIONS if facts.get(name)] or [CHANCE_ONLY]
    purpose = str(facts.get("purpose") or PURPOSE)
    return "\n".join(
        [
            *(f'<p class="said">{html.escape(words)}</p>' for words in said),
            *(f"<p>{html.escape(words)}</p>" for words in told),
            f'<div class="purpose"><p><strong>Purpose of the model.</strong> {html.escape(purpose)}</p>',
            *(f"<p><strong>Take care.</strong> {html.escape(words)}</p>" for words in dict.fromkeys(cautions)),
            "</div>",
        ]
    )


def _figures(folder: Path) -> dict[str, _Kept]:
    """Finds every drawing: its text, its words, how to read it, and where its numbers are."""
    return {
        path.stem: _Kept(
            path.read_text(encoding="utf-8"), _beside(path, ALT), _beside(path, CAPTION), path.with_suffix(".csv")
        )
        for path in sorted(folder.glob("*.svg"))
    }


def _beside(path: Path, suffix: str) -> str:
    """The words that are kept beside a drawing; none where there are none."""
    words = path.with_name(f"{path.stem}{suffix}")
    return words.read_text(encoding="utf-8").strip() if words.is_file() else ""


def _figure(name: str, kept: _Kept) -> str:
    """Shows one drawing with its words and numbers."""
    root = ET.fromstring(kept.svg)
    title = root.findtext(f"{SVG}title") or plain(name)
    alt = kept.alt or root.findtext(f"{SVG}desc") or title
    table = _rows(kept.numbers, title) if kept.numbers.is_file() else "<p>The numbers were not kept.</p>"
    return f'<h3 id="{name}">{html.escape(title)}</h3>\n{figure(name, title, kept.svg, alt, table, kept.caption)}'


def _table(path: Path) -> str:
    """Shows one table, folded away."""
    title = plain(path.stem)
    return (
        f"<details>\n<summary>{html.escape(title)}</summary>\n{_rows(path, title)}\n<p>Whole in {path.name}.</p>\n"
        "</details>"
    )


def _rows(path: Path, title: str) -> str:
    """Writes the first rows of a table; the rest is in its file."""
    data = pd.read_csv(path) if path.stat().st_size > 1 else pd.DataFrame()
    if data.empty:
        return "<p>Nothing was found, so the table is empty.</p>"
    kept = data.iloc[:MOST_ROWS, :MOST_COLUMNS].dropna(axis="columns", how="all")
    made = tables.frame(kept, title)
    if len(data) > MOST_ROWS or data.shape[1] > MOST_COLUMNS:
        made += f"\n<p>Shown are {len(kept)} of {len(data)} rows and {kept.shape[1]} of {data.shape[1]} columns.</p>"
    return made


def _assumed(manifest: Mapping[str, Any]) -> str:
    """What the numbers rest on, as far as the manifest says."""
    vintage = manifest.get("vintage")
    facts = {plain(str(k)): str(v) for k, v in vintage.items()} if isinstance(vintage, Mapping) else {}
    return (
        "<p>Every number of the model has a range, a source and a grade; where there is no evidence it says assumption. "
        f"redesign evidence lists them all.</p>\n{tables.facts(facts)}"
    )


def _making(manifest: Mapping[str, Any], out: Path) -> str:
    """How to make the same results again."""
    facts = {words: _worded(manifest[name]) for name, words in FACTS.items() if manifest.get(name) is not None}
    return making(command(manifest, out), facts)


def _worded(value: Any) -> str:
    """A fact of the manifest as words."""
    if isinstance(value, list | tuple):
        return ", ".join(plain(str(each)) for each in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def command(manifest: Mapping[str, Any], out: Path) -> str:
    """The command that makes the same results: as it was typed where that was kept, else from what was set."""
    question = str(manifest.get("question") or "compare")
    design = out / "design.json"
    if design.is_file():
        typed = json.loads(design.read_text(encoding="utf-8")).get("overrides")
        if typed is not None:
            words = [str(word) for word in typed if str(word).partition("=")[0] not in LEFT_AS_IT_IS]
            return shlex.join(["redesign", question, *words])
    words = [
        f"{name}={manifest[name]}" for name in ("place", "years", "replicates", "scale", "seed") if name in manifest
    ]
    if manifest.get("contrast"):
        words.append(f"contrast=[{','.join(manifest['contrast'])}]")
    own = manifest.get(question)
    for name, value in own.items() if isinstance(own, Mapping) else ():
        if value not in (None, [], {}, ""):
            words.append(
                f"{name}={json.dumps(value, separators=(',', ':')) if isinstance(value, list | dict) else value}"
            )
    return shlex.join(["redesign", question, *words])
