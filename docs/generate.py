"""Writes the pages that can be read off the code and the configuration.

python docs/generate.py            writes them
python docs/generate.py --check    says which are stale, and writes nothing
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import checklists
import schedule
import sources
import yaml
from sources import ROOT, SIMULATION

from experiments import compare, options, yardsticks
from experiments.analysis.catalogue import load_outcomes
from experiments.analysis.summary import AFTER_ARMS, BEFORE_ARMS
from experiments.analysis.two_uncertainties import EXTRA
from experiments.compose import compose
from simulation.accounts.ledger import AGENCY_KINDS, DEMAND_LED, INFORMAL, SERVICE_KINDS
from simulation.draws import Event, key_of
from simulation.model import PlaceModel
from simulation.parameters.observed import Observed
from simulation.parameters.quantity import AGENCIES, TIERS, Quantity
from simulation.policy.lever import Lever
from simulation.policy.levers import LEVERS
from simulation.policy.regime import Regime
from simulation.run import NO_POLICY, Settled, settle

DOCS = ROOT / "docs"
NOTE = "<!-- Written by docs/generate.py from the code and the configuration. Do not edit. -->"
GRADES = {
    "A": "seen in the source",
    "B": "worked out from what was seen in the source",
    "C": "recalled from a named source and not checked against it",
    "J": "judgement: an assumption of this project",
}
PARAMETERS = ("behaviour", "structure", "challenge", "place", "world")


@cache
def words(part: str) -> dict[str, str]:
    """Descriptions of one kind of name."""
    return dict(yaml.safe_load((DOCS / "descriptions.yaml").read_text(encoding="utf-8"))[part])


def described(part: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Names with their words; stops where one is without the other."""
    found, known = list(dict.fromkeys(names)), words(part)
    lacking, stale = [n for n in found if n not in known], [n for n in known if n not in found]
    if lacking or stale:
        raise SystemExit(
            f"docs/descriptions.yaml, {part}: no words for {lacking}; words for nothing: {stale}"
        )
    return [(name, known[name]) for name in found]


def rows_of(part: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Names with several words each, as units or reasons."""
    return dict(described(part, names))  # type: ignore[arg-type]


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [heading, ["---"] * len(heading), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def code(name: object) -> str:
    """A name as it is typed."""
    return f"`{name}`"


@cache
def small_place() -> Settled:
    """The teaching town, settled: its record shows every measure there is."""
    return settle(compare.check(compose("compare", ["place=teaching_town", "scale=1"], [])).world)


def patterns() -> dict[str, bool]:
    """Every recorded measure with its varying parts in braces, and whether it is kept by group too."""
    settled = small_place()
    challenges, designs = settled.world.challenges, settled.world.catalogue.names
    found: dict[str, bool] = {}
    for measure in settled.months:
        name, _, group = measure.partition("@")
        parts = [
            "{challenge}" if part in challenges else "{tier}" if part in TIERS else "{design}" if part in designs
            else "{agency}" if k and part in AGENCIES else part
            for k, part in enumerate(name.split("."))
        ]  # fmt: skip
        found[".".join(parts)] = found.get(".".join(parts), False) or bool(group)
    return found


def measures() -> str:
    """Reference: what is recorded every month."""
    kept = patterns()
    about = rows_of("measures", kept)
    kinds = words("kinds")
    rows = [
        (code(name), "yes" if kept[name] else "", unit, what or kinds[name.rpartition(".")[2]])
        for name, (unit, what) in about.items()
    ]
    return "\n".join([
        "# Recorded measures\n", NOTE,
        "\nColumns of `runs.parquet` and `burn_in.parquet`, one row per arm, replication and month, after the index",
        "columns `arm`, `replication` and `month` (0 is April 2011; months of `burn_in.parquet` are negative).",
        "Counts are of simulated people: divide by `citizens` for rates. Money is in whole pence at the simulated",
        "scale and constant 2010-11 prices. Measures marked *by group* are also kept as `<name>@fifth_1` (most",
        "deprived fifth of the place's people) to `@fifth_5` and `@age_0_17`, `@age_18_44`, `@age_45_64`,",
        "`@age_65_74`, `@age_75plus`. Flows are of the month, stocks are at the month's end. `spend...` is explained in",
        "[the ledger](ledger.md).\n",
        f"In the default challenges and catalogue that makes {len(small_place().months):,} columns.\n",
        table(("measure", "by group", "unit", "what it is"), rows),
    ])  # fmt: skip


def outcomes() -> str:
    """Reference: what is reported."""
    found = load_outcomes()
    parts = ["# Outcomes\n", NOTE,
             "\nWhat `summary.csv` and the report show, worked out from the [recorded measures](measures.md) as",
             "`(sum of numerator - sum of minus) / (sum of denominator) x factor` over the months of the window.",
             "`{word}` in a name stands for each challenge, agency or tier. **Bold** outcomes are on the screen.\n"]  # fmt: skip
    for family in dict.fromkeys(o.family for o in found.values()):
        rows = [(f"**{code(name)}**" if o.headline else code(name), o.unit, o.better, o.window, o.description)
                for name, o in found.items() if o.family == family]  # fmt: skip
        parts += [
            f"\n## {family.capitalize()}\n",
            table(("outcome", "unit", "better", "window", "what it is"), rows),
        ]
    return "\n".join(parts)


def _default(field: Any) -> str:
    """A field's default for people."""
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple | dict) else str(value)


def _range(field: Any) -> str:
    """What a field may be, from its constraints."""
    signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    found = [f"{signs[k]} {getattr(m, k):g}" for m in field.metadata for k in signs if hasattr(m, k)]
    return ", ".join(found)


def levers() -> str:
    """Reference: the levers and the regime."""
    common = sources.attributes(Lever.__doc__ or "")
    shared = [(code(n), _default(f), _range(f), common[n]) for n, f in Lever.model_fields.items()]
    parts = ["# Levers and the regime\n", NOTE,
             "\nA policy is an ordered mapping of levers. A lever is data applied to the *regime*, which is all that the",
             "dynamics ever see of policy. A lever of strength 0 is exactly off. What a setting can plausibly be, and why:",
             "`configs/levers.yaml` in [every number](numbers.md).\n\n## Every lever has\n",
             table(("setting", "default", "range", "what it is"), shared)]  # fmt: skip
    for name, kind in LEVERS.items():
        about = sources.attributes(kind.__doc__ or "")
        own = [
            (code(n), _default(f), _range(f), about[n])
            for n, f in kind.model_fields.items()
            if n not in common
        ]
        first = " ".join((kind.__doc__ or "").split("Attributes:")[0].split())
        parts += [f"\n## `{name}`\n\n{first}\n", table(("setting", "default", "range", "what it is"), own) if own else
                  "No settings of its own.\n"]  # fmt: skip
    fields = sources.attributes(Regime.__doc__ or "")
    plain = Regime()
    rows = [(code(n), "1 for every agency" if n == "envelope" else "0 for every agency" if n == "ring_fence" else
             getattr(plain, n) or 0, about) for n, about in fields.items()]  # fmt: skip
    return "\n".join([*parts, "\n## The regime\n\nWhat is in force in one month, in or outside the zones. The default "
                      "is the place as it was.\n", table(("field", "default", "what it is"), rows)])  # fmt: skip


def ledger() -> str:
    """Reference: the ledger's lines."""
    kinds = described("kinds", (*SERVICE_KINDS, DEMAND_LED, *AGENCY_KINDS, INFORMAL))
    lines = small_place().situation.ledger.lines
    by_kind: dict[str, set[str]] = {}
    for line in lines:
        by_kind.setdefault(line.rpartition(".")[2], set()).add(line.partition(".")[0])
    rows = [
        (code(kind), about, ", ".join(a for a in AGENCIES if a in by_kind[kind])) for kind, about in kinds
    ]
    pairs = list(dict.fromkeys(".".join(line.split(".")[1:3]) for line in lines if line.count(".") == 3))
    owners = []
    for pair in pairs:
        owner = next(line.split(".")[0] for line in lines if f".{pair}.staff" in line)
        payers = [line.split(".")[0] for line in lines if line.endswith(f".{pair}.demand_led")]
        owners.append((code(pair), owner, ", ".join(payers)))
    return "\n".join([
        "# The ledger\n", NOTE,
        "\nDouble entry in whole pence: every posting takes from one account and gives to another, and a month in which",
        "a penny is unexplained stops the run. Lines of services are `spend.<agency>.<challenge>.<tier>.<kind>`, lines",
        "of agencies `spend.<agency>.<kind>`. Public spending is the sum of all lines but `transfer` and",
        "those of `households`, whose unpaid care has an account of its own.\n\n## Kinds\n",
        table(("kind", "what it is", "who pays"), rows),
        "\n## Services: who owns them, who pays case by case\n",
        table(("service", "owner", "payers of demand-led costs"), owners),
    ])  # fmt: skip


def output_files() -> str:
    """Reference: files and columns."""
    head = (DOCS / "reference" / "output-files.head.md").read_text(encoding="utf-8")
    summary = described("summary", (*BEFORE_ARMS, "{arm}", *AFTER_ARMS, *EXTRA))
    row = _service_row()
    services = described("services", ("arm", "replication", "month", *row))
    drawn = sorted(p.stem for p in (ROOT / "experiments" / "report" / "figures").glob("*.py"))
    figures = described("figures", [name for name in drawn if name not in ("__init__", "timeline")])
    columns = ("column", "what it is")

    def rows(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(code(name), about) for name, about in found]

    return "\n".join([
        head.replace("<!-- note -->", NOTE),
        "\n## Columns of `summary.csv`\n", table(columns, rows(summary)),
        "\n## Columns of `paired.parquet`\n", table(columns, rows(described("paired", words("paired")))),
        "\n## Columns of `services.parquet`\n", table(columns, rows(services)),
        "\n## Figures\n\nEach as `.png`, `.svg`, a text alternative (`.alt.txt`) and its numbers (`.csv`).\n",
        table(("figure", "what it shows"), rows(figures)),
    ])  # fmt: skip


def _service_row() -> list[str]:
    """The columns that a run keeps of each service."""
    settled = small_place()
    model = PlaceModel(settled.world, settled.situation.copy(), NO_POLICY, key_of(1, 0))
    return list(model.describe_services()[0])


def settings() -> str:
    """Reference: settings of `redesign compare`, from its own file."""
    text = (ROOT / "configs" / "compare.yaml").read_text(encoding="utf-8").split("\nhydra:")[0]
    found = re.findall(r"^(\w+): *([^#\n]+?) *# (.+)$", text, flags=re.MULTILINE)
    groups = [(group, ", ".join(map(code, options.find(group)))) for group in
              (*options.ONE_OF, *options.ALL_AT_ONCE)]  # fmt: skip
    return "\n".join([
        "# Settings of `redesign compare`\n", NOTE,
        "\n`key=value` on the command line. `redesign compare --cfg job` prints everything that is in force.\n",
        table(("setting", "default", "what it is"), [(code(k), code(v), about) for k, v, about in found]),
        "\n## Groups\n\nOne option is chosen of each of the first six (`place=croydon`). Of challenges, designs and "
        "policies\nall are there at once, each under its own name (`policy.radical...`).\n",
        table(("group", "options"), groups),
    ])  # fmt: skip


def structures() -> str:
    """Reference: mechanisms that are disputed, and what each could be instead."""
    from experiments.structures import KEY, mechanisms

    parts = ["# Disputed mechanisms\n", NOTE,
             "\nMechanisms that the literature disputes. Each is one key; its first choice is the model's own.",
             "`redesign list structures` lists them, [`redesign stress`](../how-to/stress.md) tries every other choice",
             "by itself.\n"]  # fmt: skip
    for name, mechanism in mechanisms().items():
        rows = [
            (
                f"**{code(choice)}**" if choice == mechanism.used else code(choice),
                about.summary,
                about.source,
                about.grade,
            )
            for choice, about in mechanism.choices.items()
        ]
        heading = f"\n## `{KEY}.{name}`: {mechanism.title}\n"
        parts += [heading, table(("choice", "what happens", "source", "grade"), rows)]
    return "\n".join(parts)


def _quantities(data: Any, prefix: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every number of a configuration file, by its key."""
    if isinstance(data, dict):
        if {"value", "grade"} <= set(data):
            if not isinstance(data["value"], dict):
                known = {key: data[key] for key in Observed.model_fields if key in data}
                yield prefix, Observed.model_validate({"low": data["value"], "high": data["value"], **known})
        else:
            for key, value in data.items():
                yield from _quantities(value, f"{prefix}.{key}" if prefix else str(key))


def _files() -> Iterator[tuple[str, list[tuple[str, Quantity]]]]:
    """Every configuration file with the numbers in it."""
    for group in (*options.ONE_OF, *options.ALL_AT_ONCE):
        for name, option in options.find(group).items():
            found = list(_quantities(option.read()))
            if found:
                yield f"{group}/{name}.yaml", found
    evidence = yaml.safe_load((ROOT / "configs" / "levers.yaml").read_text(encoding="utf-8"))
    yield "levers.yaml", list(_quantities(evidence))


def _shown(value: float | tuple[float, ...]) -> str:
    """A value, or values, as people write them."""
    return ", ".join(
        f"{v:,.0f}" if abs(v) >= 1e5 else f"{v:,g}" for v in (value if isinstance(value, tuple) else (value,))
    )


def _number_tables(grades: str) -> tuple[list[str], dict[str, int], int]:
    """A table per file of the numbers of some grades, and how many there are of each grade."""
    parts, count, total = [], dict.fromkeys(grades, 0), 0
    for file, found in _files():
        total += len(found)
        rows = []
        for key, q in found:
            if q.grade in grades:
                count[q.grade] += 1
                about = q.source + (f" ({q.note})" if q.note else "")
                rows.append(
                    (
                        code(key),
                        _shown(q.value),
                        f"{_shown(q.low)} to {_shown(q.high)}",
                        q.unit,
                        q.grade,
                        about,
                    )
                )
        if rows:
            parts += [
                f"\n## `configs/{file}`\n",
                table(("number", "value", "low to high", "unit", "grade", "source"), rows),
            ]
    return parts, count, total


def _judging(grades: str) -> str:
    """What results are judged by: thresholds of the analysis, of some grades."""
    rows = [
        (code(y.key), ", ".join(map(_shown, y.values)), y.unit, y.decides, y.grade, y.source)
        for y in yardsticks.known()
        if y.grade in grades
    ]
    heading = ("number", "value", "unit", "decides", "grade", "source")
    return f"\n## What results are judged by (`experiments/analysis`)\n\n{table(heading, rows)}"


def numbers() -> str:
    """Reference: every number."""
    parts, count, total = _number_tables("ABCJ")
    grades = [(g, about, count[g]) for g, about in GRADES.items()]
    return "\n".join(["# Every number of the model\n", NOTE, f"\n{total} entries, tables by age or level counted once.\n",
                      table(("grade", "meaning", "numbers"), grades), *parts, _judging("ABCJ")])  # fmt: skip


def assumptions() -> str:
    """Explanation: what rests on judgement or on memory."""
    parts, count, total = _number_tables("CJ")
    return "\n".join([
        "# Assumptions\n", NOTE,
        f"\nOf the {total} numbers in the shipped configuration, **{count['J']} are judgements** (grade J) and",
        f"**{count['C']} were recalled from a named source and not checked against it** (grade C). Here they all are, file",
        "by file. *Low to high* is the range that the authors hold plausible, and is what a sensitivity analysis should",
        "vary. Structural assumptions are in [ODD](odd.md) and [design decisions](design-decisions.md). All other",
        "numbers: [every number](../reference/numbers.md). Last stand the thresholds that results are judged by; they are",
        "not counted here.\n", *parts, _judging("CJ")])  # fmt: skip


TYPES = {"Bytes": "uint8", "Ints": "int32", "Longs": "int64", "Floats": "float32", "Doubles": "float64"}


def _entity(name: str, path: Path, table_name: str) -> str:
    """State variables of one entity: type, what it is, who writes it."""
    found = sources.fields(path, name)
    named = dict(described_fields("fields", name, [field for field, _, comment in found if not comment]))
    starts = dict(described_fields("starts", name, [field for field, _, _ in found]))
    writers = sources.writers({table_name: {field for field, _, _ in found}})
    setters = ("build", "run", "people", "baseline")
    rows = []
    for field, kind, comment in found:
        who = [module for module in writers.get((table_name, field), []) if module not in setters]
        shown = TYPES.get(kind, re.sub(r"NDArray\[\s*np\.(\w+)\s*\]", r"\1", kind))
        rows.append((code(field), shown, comment or named[field], *starts[field], ", ".join(who) or "static"))
    return table(("variable", "type", "what it is", "unit or range", "to begin with", "written by"), rows)


def described_fields(part: str, name: str, fields: Sequence[str]) -> list[tuple[str, Any]]:
    """Words for columns: for those that carry no comment in the code, or how they begin."""
    known: dict[str, Any] = words(part)[name]  # type: ignore[assignment]
    lacking, stale = [f for f in fields if f not in known], [f for f in known if f not in fields]
    if lacking or stale:
        raise SystemExit(
            f"docs/descriptions.yaml, {part}.{name}: no words for {lacking}; words for nothing: {stale}"
        )
    return [(field, known[field]) for field in fields]


def events() -> str:
    """Every kind of draw."""
    where = sources.drawn_in()
    about = rows_of("events", [event.name for event in Event])
    rows = [
        (event.value, code(event.name), *about[event.name], ", ".join(where.get(event.name, ["-"])))
        for event in Event
    ]
    return table(("code", "event", "what it settles", "whose luck", "how u settles it", "drawn in"), rows)


def month() -> str:
    """The steps of a month, read from the code that takes them."""
    steps = schedule.month()
    about = rows_of("schedule", (step.code for step in steps))
    when = dict(described("conditions", (step.condition for step in steps if step.condition)))
    rows: list[tuple[str, ...]] = []
    for step in steps:
        what, order = about[step.code]
        if rows and rows[-1][-1] == code(step.code):
            continue  # the same step, done otherwise where it is small
        condition = f" ({when[step.condition]})" if step.condition and when[step.condition] else ""
        draws = ", ".join(f"{event} {Event[event].value}" for event in step.draws)
        rows.append(("&emsp;" * step.depth + what + condition, order, draws, code(step.code)))
    return table(("what happens", "who, in which order", "draws", "code"), rows)


def origins() -> str:
    """Headline outcomes: emergent or imposed, and why."""
    found = {name: outcome for name, outcome in load_outcomes().items() if outcome.headline}
    about = rows_of("origin", found)
    rows = [(outcome.title, outcome.unit, *about[name]) for name, outcome in found.items()]
    return table(("headline outcome", "unit", "it", "how", "what is put in"), rows)


def tested() -> str:
    """What came of holding the model against the patterns, if that has been done."""
    page = DOCS / "explanation" / "patterns.md"
    if not page.is_file():
        return (
            "The present version ships **no test of them**; until it does, read the list as what the model should be "
            "asked, not as what it has shown.\n"
        )
    verdict = re.search(
        r"^Of \d+ patterns, \*\*[^*]+\*\*", page.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return f"{verdict[0] + ': ' if verdict else ''}[what came of each, and which mechanism a miss speaks against](patterns.md).\n"


def misses() -> str:
    """How Croydon settles beside real figures, where that matters to whoever reads a result."""
    path = DOCS / "images" / "croydon_place.json"
    found = {f"{row['section']}: {row['label']}": row for row in json.loads(path.read_text(encoding="utf-8"))}
    rows = []
    for name, so in words("misses").items():
        if name not in found:
            raise SystemExit(f"docs/descriptions.yaml, misses: the settled place has no '{name}'")
        row = found[name]
        model, real, low, high = (row[key] for key in ("model", "observed", "low", "high"))
        where = "below" if model < low else "above" if model > high else "within"
        shown = [f"{v:,.0f}" if abs(v) >= 100 else f"{v:,.3g}" for v in (model, real, low, high)]
        ranged = f"{shown[1]} ({shown[2]} to {shown[3]})" if low < high else shown[1]
        rows.append((name, row["unit"], shown[0], ranged, f"**{where}**" if where != "within" else where, so))
    return table(("what", "unit", "model", "real, with its range", "", "so"), rows)


def judged() -> str:
    """How many numbers are judgement, in a sentence."""
    _, count, total = _number_tables("ABCJ")
    share = [f"{100 * count[grade] / total:.0f}% ({count[grade]})" for grade in "ABCJ"]
    return (
        f"Of {total} numbers, {share[3]} are judgements (grade J) and {share[2]} were recalled from a named source and not "
        f"checked against it (C). {share[1]} were worked out from a source (B) and {share[0]} seen in one (A).\n"
    )


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
    return (
        "```text\n" + (DOCS / "images" / "croydon_screen.txt").read_text(encoding="utf-8").strip() + "\n```\n"
    )


COLUMNS = SIMULATION / "state" / "columns.py"
PAGES: dict[str, Callable[[], str]] = {
    "reference/measures.md": measures,
    "reference/outcomes.md": outcomes,
    "reference/levers.md": levers,
    "reference/ledger.md": ledger,
    "reference/output-files.md": output_files,
    "reference/settings.md": settings,
    "reference/numbers.md": numbers,
    "reference/structures.md": structures,
    "explanation/assumptions.md": assumptions,
    "reference/stress-abs.md": partial(checklists.page, "stress"),
    "reference/cheers.md": partial(checklists.page, "cheers"),
}
BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "explanation/odd.md": {
        "citizens": lambda: _entity("People", COLUMNS, "people"),
        "services": lambda: _entity("Services", COLUMNS, "services"),
        "agencies": lambda: _entity("Agencies", SIMULATION / "state" / "agencies.py", "agencies"),
        "tested": tested,
        "month": month,
        "events": events,
        "headlines": origins,
        "parameters": parameters,
    },
    "explanation/limits.md": {"judged": judged, "misses": misses},
    "TRACE.md": {
        name: partial(checklists.sentence, name)
        for name in ("verified", "calibrated", "analysed", "corroborated")
    },
    "README.md": {kind: partial(checklists.index, kind) for kind in checklists.KINDS},
    "../README.md": {"screen": screen},
}


def _with_blocks(text: str, blocks: dict[str, Callable[[], str]]) -> str:
    """A page with its generated parts written anew."""
    for name, make in blocks.items():
        mark = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", flags=re.DOTALL)
        if not mark.search(text):
            raise SystemExit(f"no place for the generated part '{name}'")
        content = make()
        text = mark.sub(lambda found, content=content: f"{found[1]}{content}{found[2]}", text)
    return text


def pages() -> dict[Path, str]:
    """Every generated page as it should be."""
    whole = {DOCS / name: make() for name, make in PAGES.items()}
    parts = {}
    for name, blocks in BLOCKS.items():
        path = (DOCS / name).resolve()
        parts[path] = _with_blocks(path.read_text(encoding="utf-8"), blocks)
    return {path: text.rstrip() + "\n" for path, text in (whole | parts).items()}


def stale(found: dict[Path, str]) -> list[Path]:
    """The pages that are not as they should be."""
    return [
        path for path, text in found.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main(words_given: Sequence[str]) -> int:
    """Writes or checks the pages."""
    found = pages()
    old = stale(found)
    checking = "--check" in words_given
    for path in old if not checking else []:
        path.write_text(found[path], encoding="utf-8")
    print("\n".join(path.relative_to(ROOT).as_posix() for path in old) or "nothing is stale")
    return int(bool(old) and checking)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
