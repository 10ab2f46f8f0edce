"""Writes the page of any result folder: its sentence, and every figure and table that it holds, whatever the question was.

A figure is a drawing in `figures/` with its numbers and words beside it; a table is a CSV file in the folder. So a question
that did not exist when this was written is shown too.
"""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from experiments import storage
from experiments.analysis.verdicts.sentence import listed
from experiments.report import tables
from experiments.report.drawing import ALT, CAPTION, NARROW
from experiments.report.folder_contents import counted, plain
from experiments.report.glossary import Glossary
from experiments.report.layout import Section, Shown, Table, as_address, as_source, part_of_page, program
from experiments.report.sections import PARTS, ordered
from experiments.report.strangers import plain_files, read_drawing
from experiments.report.templating import render
from experiments.results import results_folder
from experiments.results.open_results import OUTPUTS
from experiments.text.purpose import CHANCE_ONLY, PURPOSE

SVG = "{http://www.w3.org/2000/svg}"
SENTENCES = ("judged", "found_by", "who")
"""What a question calls what it has to say besides its answer, in the manifest or in the facts it keeps as JSON."""
CAUTIONS = ("uncertainty", "caution")
ASKED_FOR = {
    "sweep": "How the difference changes when settings do",
    "sensitivity": "Which uncertain numbers the answer hangs on",
    "discover": "Where each policy does worse",
    "attribute": "Which levers did it",
    "biography": "Two lives of one citizen",
    "frontier": "Each policy at its best with the same money",
    "stress": "What breaks the answer",
    "nation": "Every authority under its own money",
    "calibrate": "Which numbers agree with the years before the policy date",
    "pilot": "Would pilots have shown what redesign does?",
}
MOST_ROWS, MOST_COLUMNS = 200, 16
FACTS = {
    "place_title": "Place", "arms": "Arms", "contrast": "Compared", "years": "Years", "replicates": "Replications",
    "scale": "Simulated people for each real one", "seed": "Seed", "points": "Points", "model_version": "Model",
    "python": "Python", "platform": "Platform", "wall_seconds": "Seconds taken",
}  # fmt: skip
PROSE = {"title", "summary", "source"}
LEFT_AS_IT_IS = {"out", "workers", "threads"}


def page(out: Path) -> str:
    """Writes the whole page of a folder."""
    manifest = results_folder.read_manifest(out)
    ours = _ours(out, manifest)
    drawings, left_out = plain_files(
        path for path in (out / "figures").glob("*.svg") if ours(path) and not path.name.endswith(NARROW)
    )
    made_of = _made_of(manifest)
    found = {path.stem: _shown(path, ours, made_of) for path in drawings}
    by_part = ordered(list(found))
    sections = [
        Section(part.name, part.heading, [found[name] for name in by_part[part.name]])
        for part in PARTS
        if by_part[part.name]
    ]
    tables_there, left_out_too = plain_files(path for path in out.glob("*.csv") if ours(path))
    loose = [_table(path) for path in tables_there if path.stem not in found]
    links = [(section.name, section.heading) for section in sections]
    links += [("tables", "The tables behind it")] if loose else []
    facts = _facts(out, manifest)
    first, *more = [str(words) for words in facts.get("sentences") or [facts.get("sentence", "")]]
    return render(
        "generic_page.html.j2",
        title=_title(str(manifest.get("question") or ""), manifest),
        style=part_of_page("page.css"),
        program=program(),
        said=[words for words in (first, *(str(facts.get(name) or "") for name in SENTENCES)) if words],
        told=[*more, *(str(words) for words in facts.get("told") or ()), *left_out, *left_out_too],
        purpose=str(facts.get("purpose") or PURPOSE),
        cautions=_cautions(facts),
        links=[*links, ("made_of", "What was assumed"), ("making", "How to reproduce it")],
        sections=sections,
        tables=loose,
        explain=Glossary(),
        assumed=assumed(manifest),
        command=command(manifest, out),
        made_with={words: _worded(manifest[name]) for name, words in FACTS.items() if manifest.get(name) is not None},
    )


def _title(question: str, manifest: Mapping[str, Any]) -> str:
    """Names the question, the arms and the place."""
    asked = ASKED_FOR.get(question) or plain(question or "results")
    arms = [plain(str(arm)) for arm in manifest.get("contrast") or manifest.get("arms") or ()]
    between = f": {listed(arms)}" if arms else ""
    place = manifest.get("place_title") or manifest.get("place")
    return f"{asked}{between}{f' in {place}' if place else ''}"


def _made_of(manifest: Mapping[str, Any]) -> str:
    """Whose runs the numbers are of, as far as the manifest says."""
    place = manifest.get("place_title") or manifest.get("place")
    years, runs = manifest.get("years"), manifest.get("replicates")
    drawn = manifest.get("drawn_from") or (counted(runs, "replication") if isinstance(runs, int) else "")
    told = [f"redesign {manifest.get('question') or ''}".strip(), *([str(place)] if place else [])]
    told += [counted(int(years), "year")] if isinstance(years, int) else []
    return ", ".join([*told, *([str(drawn)] if drawn else [])])


def _facts(out: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says, and before it what the question keeps as JSON."""
    kept = out / f"{manifest.get('question')}.json"
    inside = kept.parent == out and not kept.is_symlink()  # a forged name leads to no file elsewhere
    return (json.loads(kept.read_text(encoding="utf-8")) if inside and kept.is_file() else {}) | dict(manifest)


def _cautions(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the answer is no answer to, each thing once."""
    said = [str(facts[name]) for name in CAUTIONS if facts.get(name)] or [CHANCE_ONLY]
    return [("Take care.", words) for words in dict.fromkeys(said)]


def _ours(out: Path, manifest: Mapping[str, Any]) -> Callable[[Path], bool]:
    """Tells files of a finished folder's results from others that lie there: the page shows nothing else."""
    names = manifest.get(OUTPUTS)
    return lambda path: path.is_file() and (not names or path.relative_to(out).as_posix() in names)


def _beside(path: Path, suffix: str, ours: Callable[[Path], bool]) -> str:
    """The words that are kept beside a drawing; none where there are none."""
    words = path.with_name(f"{path.stem}{suffix}")
    return words.read_text(encoding="utf-8").strip() if ours(words) else ""


def _shown(path: Path, ours: Callable[[Path], bool], made_of: str) -> Shown:
    """One drawing as its files hold it: its text, its words, how to read it, and its numbers."""
    try:
        svg, root = read_drawing(path)
        slim = path.with_name(f"{path.stem}{NARROW}")
        narrow = as_source(read_drawing(slim)[0]) if ours(slim) else None
    except ValueError as reason:
        return Shown(path.stem, plain(path.stem), left_out=str(reason))
    title = root.findtext(f"{SVG}title") or plain(path.stem)
    alt = _beside(path, ALT, ours) or root.findtext(f"{SVG}desc") or title
    numbers = path.with_suffix(".csv")
    table = _rows(numbers, title) if ours(numbers) else Table(title, notes=["The numbers were not kept."])
    source = f"Source: {made_of}. Numbers: figures/{path.stem}.csv."
    caption = _beside(path, CAPTION, ours)
    return Shown(path.stem, title, title, as_address(svg), alt, table, caption, narrow=narrow, source=source)


def _table(path: Path) -> Table:
    """One table of the folder, and where the whole of it is."""
    table = _rows(path, plain(path.stem))
    return replace(table, notes=[*table.notes, f"Whole in {path.name}."])


def _rows(path: Path, title: str) -> Table:
    """The first rows of a table; the rest is in its file."""
    data = storage.read_csv(path) if path.stat().st_size > 1 else pd.DataFrame()
    if data.empty:
        return Table(title, notes=["Nothing was found, so the table is empty."])
    kept = data.iloc[:MOST_ROWS, :MOST_COLUMNS].dropna(axis="columns", how="all")
    cut = len(data) > MOST_ROWS or data.shape[1] > MOST_COLUMNS
    told = f"Shown are {len(kept)} of {len(data)} rows and {kept.shape[1]} of {data.shape[1]} columns."
    return tables.numbers(kept, title, [told] if cut else [])


def assumed(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the numbers rest on, as far as the manifest says."""
    vintage = manifest.get("vintage")
    return {plain(str(name)): str(words) for name, words in vintage.items()} if isinstance(vintage, Mapping) else {}


def _worded(value: Any) -> str:
    """A fact of the manifest as words."""
    if isinstance(value, list | tuple):
        return ", ".join(plain(str(each)) for each in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _chosen(group: str, value: Mapping[str, Any]) -> list[str]:
    """Which of the files that ship a setting was chosen from, and what of it was changed; nothing where it is none of them."""
    folder = resources.files("configs") / group
    files = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
    for file in (file for file in files if file.name.endswith(".yaml")):
        shipped = yaml.safe_load(file.read_text(encoding="utf-8"))
        if value.get("title") and shipped.get("title") == value["title"]:
            set_to: dict[tuple[str, ...], Any] = {
                (key, "value"): each["value"] for key, each in value.items() if isinstance(each, Mapping)
            }
            set_to |= {(key,): each for key, each in value.items() if isinstance(each, str) and key not in PROSE}
            return [f"{group}={file.name.removesuffix('.yaml')}", *_changed(group, set_to, shipped)]
    return []


def _changed(group: str, set_to: Mapping[tuple[str, ...], Any], shipped: Mapping[str, Any]) -> list[str]:
    """The settings that are not as their file ships them, as a command sets them; what a file leaves out is as ever."""
    told = []
    for key, value in set_to.items():
        as_shipped: Any = shipped
        for part in key:
            as_shipped = as_shipped.get(part) if isinstance(as_shipped, Mapping) else None
        if as_shipped is not None and value != as_shipped:
            told.append(f"{'.'.join((group, *key))}={json.dumps(value, separators=(',', ':'))}")
    return told


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
        if isinstance(value, Mapping) and (chosen := _chosen(name, value)):
            words += chosen
        elif value not in (None, [], {}, ""):
            words.append(
                f"{name}={json.dumps(value, separators=(',', ':')) if isinstance(value, list | dict | bool) else value}"
            )
    return shlex.join(["redesign", question, *words])
