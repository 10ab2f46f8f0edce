"""Pages about what a run records, reports and writes: measures, outcomes, the ledger, files and columns."""

from collections.abc import Iterable
from functools import cache

from sources import ROOT, figures_of
from wordlist import DOCS, NOTE, code, described, rows_of, table, words

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.summary import AFTER_ARMS, BEFORE_ARMS
from experiments.analysis.uncertainty.two_uncertainties import EXTRA
from experiments.configuration.compose import compose
from experiments.configuration.validate import check
from simulation.accounts.ledger import AGENCY_KINDS, CARE_LINES, DEMAND_LED, INFORMAL, PAY_FORGONE, SERVICE_KINDS
from simulation.draws import key_of
from simulation.model import PlaceModel
from simulation.parameters.quantity import AGENCIES, TIERS
from simulation.settling.settle import settle
from simulation.settling.settled import NO_POLICY, Settled


@cache
def small_place() -> Settled:
    """The teaching town, settled: its record shows every measure there is."""
    return settle(check(compose("compare", ["place=teaching_town", "scale=1"], [])).world)


def patterns() -> dict[str, bool]:
    """Every recorded measure with its varying parts in braces, and whether it is kept by group too."""
    settled = small_place()
    challenges, designs = settled.world.challenges, settled.world.catalogue.names
    found: dict[str, bool] = {}
    for measure in settled.months:
        name, _, group = measure.partition("@")
        parts = [
            "{challenge}"
            if part in challenges
            else "{tier}"
            if part in TIERS
            else "{design}"
            if part in designs
            else "{agency}"
            if k and part in AGENCIES
            else part
            for k, part in enumerate(name.split("."))
        ]
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
    return "\n".join(
        [
            "# Recorded measures\n",
            NOTE,
            "\nColumns of `runs.parquet` and `burn_in.parquet`, one row per arm, replication and month, after the index",
            "columns `arm`, `replication` and `month` (0 is April 2011; months of `burn_in.parquet` are negative).",
            "Counts are of simulated people: divide by `citizens` for rates. Money is in whole pence at the simulated",
            "scale and constant 2010-11 prices. Measures marked *by group* are also kept as `<name>@fifth_1` (most",
            "deprived fifth of the place's people) to `@fifth_5` and `@age_0_17`, `@age_18_44`, `@age_45_64`,",
            "`@age_65_74`, `@age_75plus`. Flows are of the month, stocks are at the month's end. `spend...` is explained in",
            "[the ledger](ledger.md).\n",
            f"In the default challenges and catalogue that makes {len(small_place().months):,} columns.\n",
            table(("measure", "by group", "unit", "what it is"), rows),
        ]
    )


def outcomes() -> str:
    """Reference: what is reported."""
    found = load_outcomes()
    parts = [
        "# Outcomes\n",
        NOTE,
        "\nWhat `summary.csv` and the report show, worked out from the [recorded measures](measures.md) as",
        "`(sum of numerator - sum of minus) / (sum of denominator) x factor` over the months of the window.",
        "`{word}` in a name stands for each challenge, agency or tier. **Bold** outcomes are on the screen.\n",
    ]
    for family in dict.fromkeys(o.family for o in found.values()):
        rows = [
            (f"**{code(name)}**" if o.headline else code(name), o.unit, o.better, o.window, o.description)
            for name, o in found.items()
            if o.family == family
        ]
        parts += [f"\n## {family.capitalize()}\n", table(("outcome", "unit", "better", "window", "what it is"), rows)]
    return "\n".join(parts)


def ledger() -> str:
    """Reference: the ledger's lines."""
    kinds = described("kinds", (*SERVICE_KINDS, DEMAND_LED, *AGENCY_KINDS, *CARE_LINES.values(), INFORMAL, PAY_FORGONE))
    lines = small_place().state.ledger.lines
    by_kind: dict[str, set[str]] = {}
    for line in lines:
        by_kind.setdefault(line.rpartition(".")[2], set()).add(line.partition(".")[0])
    rows = [(code(kind), about, ", ".join(a for a in AGENCIES if a in by_kind[kind])) for kind, about in kinds]
    pairs = list(dict.fromkeys(".".join(line.split(".")[1:3]) for line in lines if line.count(".") == 3))
    owners = []
    for pair in pairs:
        owner = next(line.split(".")[0] for line in lines if f".{pair}.staff" in line)
        payers = [line.split(".")[0] for line in lines if line.endswith(f".{pair}.demand_led")]
        owners.append((code(pair), owner, ", ".join(payers)))
    return "\n".join(
        [
            "# The ledger\n",
            NOTE,
            "\nDouble entry in whole pence: every posting takes from one account and gives to another, and a month in which",
            "a penny is unexplained stops the run. Lines of services are `spend.<agency>.<challenge>.<tier>.<kind>`, lines",
            "of agencies `spend.<agency>.<kind>`. Public spending is the sum of all lines but `transfer` and",
            "those of `households`, whose own account has unpaid care, charges and forgone pay.\n\n## Kinds\n",
            table(("kind", "what it is", "who pays"), rows),
            "\n## Services: who owns them, who pays case by case\n",
            table(("service", "owner", "payers of demand-led costs"), owners),
        ]
    )


def output_files() -> str:
    """Reference: files and columns."""
    head = (DOCS / "reference" / "output-files.head.md").read_text(encoding="utf-8")
    summary = described("summary", (*BEFORE_ARMS, "{arm}", *AFTER_ARMS, *EXTRA))
    row = _service_row()
    services = described("services", ("arm", "replication", "month", *row))
    drawn = _figures()
    figures = [(name, f"{drawn[name]}{about}") for name, about in described("figures", drawn)]
    columns = ("column", "what it is")

    def rows(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(code(name), about) for name, about in found]

    return "\n".join(
        [
            head.replace("<!-- note -->", NOTE),
            "\n## Columns of `summary.csv`\n",
            table(columns, rows(summary)),
            "\n## Columns of `paired.parquet`\n",
            table(columns, rows(described("paired", words("paired")))),
            "\n## Columns of `services.parquet`\n",
            table(columns, rows(services)),
            "\n## Figures\n\nEach as `.png`, `.svg`, a text alternative (`.alt.txt`), its caption (`.caption.txt`), "
            "the drawing for a phone (`.narrow.svg`) and its numbers (`.csv`).\n",
            table(("figure", "what it shows"), rows(figures)),
        ]
    )


def _figures() -> dict[str, str]:
    """Every figure, and which question draws it where it is not the comparison."""
    questions = ROOT / "experiments" / "questions"
    compare = sorted(path.stem for path in (questions / "compare").glob("*figures/*.py"))
    found = {name: "" for name in compare if name not in ("__init__", "timeline")}
    for path in sorted(questions.glob("*/figures.py")):
        found |= dict.fromkeys(figures_of(path), f"`redesign {path.parent.name}` only: ")
    return found


def _service_row() -> list[str]:
    """The columns that a run keeps of each service."""
    settled = small_place()
    model = PlaceModel(settled.world, settled.state.copy(), NO_POLICY, key_of(1, 0))
    return list(model.describe_services()[0])
