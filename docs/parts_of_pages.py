"""Generated parts of pages that people wrote: tables of the ODD, of the limits, and the screen of the README's run."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import schedule
import sources
import watched
import yaml
from sources import ROOT, SIMULATION
from wordlist import DOCS, code, described, rows_of, table, words

from experiments.analysis.statistics.catalogue import load_outcomes
from simulation.draws import Event
from simulation.state import columns

FAR_OFF = 0.3
"""How far a line of the settled place may lie from what was observed, as a share of it, without a word in the limits."""
PARAMETERS = ("behaviour", "structure", "challenge", "place", "world")
TYPES = {
    name: kind.__metadata__[0].dtype.__name__ for name, kind in vars(columns).items() if hasattr(kind, "__metadata__")
}


def entity(name: str, path: Path, table_name: str) -> str:
    """State variables of one entity: type, what it is, who writes it."""
    found = sources.fields(path, name)
    named = dict(described("fields", [field for field, _, comment in found if not comment], name))
    starts = dict(described("starts", [field for field, _, _ in found], name))
    assigned = sources.assigned({table_name: {field for field, _, _ in found}})
    rows = []
    for field, kind, comment in found:
        who = watched.writers().get((table_name, field), "")
        if not who and (table_name, field) in assigned:
            raise SystemExit(
                f"docs/watched.py: no step changed {table_name}.{field}, but the code of the world assigns it"
            )
        shown = TYPES.get(kind, re.sub(r"NDArray\[\s*np\.(\w+)\s*\]", r"\1", kind))
        rows.append((code(field), shown, comment or named[field], *starts[field], who or "static"))
    return table(("variable", "type", "what it is", "unit or range", "to begin with", "written by"), rows)


def events() -> str:
    """Every kind of draw."""
    where = sources.drawn_in()
    about = rows_of("events", [event.name for event in Event])
    rows = [
        (event.value, code(event.name), *about[event.name], ", ".join(where.get(event.name, ["-"]))) for event in Event
    ]
    return table(("code", "event", "what it settles", "whose luck", "how u settles it", "drawn in"), rows)


def month() -> str:
    """The steps of a month, from the list that the model walks; what they call, read from the code."""
    lines = schedule.month()
    about = rows_of("schedule", (line.code for line in lines if not line.what))
    coded = [line.condition for line in lines if not line.what and line.condition]
    when = dict(described("conditions", coded))
    rows: list[tuple[str, ...]] = []
    for line in lines:
        what, who = (line.what, line.who) if line.what else about[line.code]
        if rows and rows[-1][-1] == code(line.code):
            continue  # the same step, done otherwise where it is small
        condition = line.condition if line.what else when.get(line.condition, "")
        draws = ", ".join(f"{event} {Event[event].value}" for event in line.draws)
        shown = code(line.code) if line.depth else ""
        rows.append(("&emsp;" * line.depth + what + f" ({condition})" * bool(condition), who, line.rows, draws, shown))
    return table(("what happens", "who, in which order", "rows", "draws", "code"), rows)


def origins() -> str:
    """Headline outcomes: emergent or imposed, and why."""
    found = {name: outcome for name, outcome in load_outcomes().items() if outcome.headline}
    about = rows_of("origin", found)
    rows = [(outcome.title, outcome.unit, *about[name]) for name, outcome in found.items()]
    return table(("headline outcome", "unit", "it", "how", "what is put in"), rows)


def tested() -> str:
    """What came of holding the model against the patterns."""
    page = (DOCS / "explanation" / "patterns.md").read_text(encoding="utf-8")
    verdict = re.search(r"^Of \d+ patterns, \*\*[^*]+\*\*", page, flags=re.MULTILINE)
    return f"{verdict[0] + ': ' if verdict else ''}[what came of each, and which mechanism a miss speaks against](patterns.md).\n"


def patterns() -> str:
    """How many patterns the model is held against, and how many of them are hold-out."""
    files = sorted((ROOT / "configs" / "pattern").glob("*.yaml"))
    uses = [yaml.safe_load(file.read_text(encoding="utf-8"))["use"] for file in files]
    where = "explanation/odd.md#1-purpose-and-patterns"
    return f"{len(uses)} [patterns]({where}) of England after 2010, {uses.count('hold-out')} of them hold-out.\n"


def misses() -> str:
    """How Croydon settles beside real figures, where that matters to whoever reads a result."""
    path = DOCS / "images" / "croydon_place.json"
    found = {f"{row['section']}: {row['label']}": row for row in json.loads(path.read_text(encoding="utf-8"))}
    said, rows = words("misses"), []
    if unsaid := [name for name, row in found.items() if name not in said and _is_far_off(row)]:
        raise SystemExit(f"docs/descriptions.yaml, misses: says nothing of {', '.join(unsaid)}")
    for name, so in said.items():
        if name not in found:
            raise SystemExit(f"docs/descriptions.yaml, misses: the settled place has no '{name}'")
        row = found[name]
        model, real, low, high = (row[key] for key in ("model", "observed", "low", "high"))
        where = "below" if model < low else "above" if model > high else "within"
        if (where == "within") != (so is None):
            raise SystemExit(f"docs/descriptions.yaml, misses: '{name}' is {where}, which is not what its words say")
        shown = [f"{v:,.0f}" if abs(v) >= 100 else f"{v:,.3g}" for v in (model, real, low, high)]
        ranged = f"{shown[1]} ({shown[2]} to {shown[3]})" if low < high else shown[1]
        rows.append((name, row["unit"], shown[0], ranged, f"**{where}**" if where != "within" else where, so or ""))
    return table(("what", "unit", "model", "real, with its range", "", "so"), rows)


def _is_far_off(row: Mapping[str, Any]) -> bool:
    """Whether a line of the settled place lies outside its observed range, and further off than it may without a word."""
    model, real = row["model"], row["observed"]
    outside = real is not None and model is not None and not row["low"] <= model <= row["high"]
    return bool(outside and abs(model - real) > FAR_OFF * abs(real))


def parameters() -> str:
    """What every parameter means, class by class, from the models that check them."""
    parts = []
    for stem in PARAMETERS:
        path = SIMULATION / "parameters" / f"{stem}.py"
        for name, first in sources.classes(path):
            rows = [(code(f), comment) for f, _, comment in sources.fields(path, name) if comment]
            if rows:
                parts += [f"\n**{name}.** {first}\n", table(("parameter", "what it does"), rows)]
    return "\n".join(parts)


def screen() -> str:
    """The screen of the default run."""
    return f"```text\n{_default_run()}\n```\n"


def answer() -> str:
    """What the screen of the default run begins with: the headline and four lines."""
    return f"```text\n{_default_run().partition(chr(10) * 2)[0]}\n```\n"


def _default_run() -> str:
    """The screen that was kept."""
    return (DOCS / "images" / "croydon_screen.txt").read_text(encoding="utf-8").strip()
