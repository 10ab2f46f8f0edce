"""Keeps the answer to the essay's question place by place: in which worlds radical redesign wins, loses or makes no difference.

python docs/answer.py FOLDER             runs what is not there yet, four places in some thirty worlds each and the parts of
                                         the difference, and keeps the figures that the page shows (half an hour on two cores)
python docs/answer.py FOLDER croydon     the same of some of the places; of the others what was kept stays
"""

import json
import subprocess
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from wordlist import DOCS, table

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.statistics.point_differences import verdicts
from experiments.analysis.verdicts.sentence import IN_WORDS, verdict
from experiments.analysis.verdicts.valued import TABLE as VALUED
from experiments.text.numerals import difference, figure

KEPT = DOCS / "images" / "answer.json"
REDESIGN = (sys.executable, "-m", "redesign")
PLACES = {
    "croydon": ("Croydon", "0.1"),
    "westminster": ("Westminster", "0.15"),
    "east_lothian": ("East Lothian", "0.35"),
    "average_england": ("England in small", "0.7"),
}
"""Each with its name and the share of its people that is simulated, some 35 thousand."""
WHOEVER = ("years=10", "replicates=8")
OUTCOMES = {
    "crises": "Crises begun, per 1,000 people",
    "need_share": "Established need, points",
    "life_satisfaction_in_need": "Life satisfaction in need, of 10",
    "unmet_asks": "Refused, turned away or gave up, per 1,000",
    "delayed_days": "Delayed days, per 1,000",
    "public_spend_total": "Public money over ten years, £ a head",
}
ALSO = ("redesigned_share",)
SHARES, SAVED = "design.*.outcome_shares", "design.*.cost_change"
CLOSED, DOUBLE = "policy.radical.levers.transition.decommission", "policy.radical.levers.transition.double_running"
POOLED, CUT = "policy.radical.levers.pooling.strength", "policy.*.levers.envelope.cut"
MANAGEMENT, SAVES = "behaviour.structure.management", "behaviour.planning.prevention_saves.value"
COSTS, NOTHING = "it costs effort and brings nothing", "nothing"
JUDGEMENTS = {
    ("management", COSTS): "if freer management costs effort and brings nothing",
    ("prevention", NOTHING): "if prevention saves no other agency cash",
}
"""Worlds in which one judgement does not hold, by what is varied and how."""
CLOSURE = {"0": "never", "0.37": "37% a year, as in use", "1": "at once"}
WORKING = {
    "[0.0,0.0,1.0,0.0]": "none",
    "[0.05,0.25,0.55,0.15]": "30%",
    "[0.15,0.45,0.3,0.1]": "60%",
    "[0.3,0.7,0.0,0.0]": "all",
}
"""Shares of attempts that win clearly, gain modestly, do nothing, are worse; and the first two together."""
SAVINGS = {f"[{-s},{-s},{-s},{-s}]": f"{s:.0%}" for s in (0.2, 0.4, 0.6)}
WIDE = (f"{SHARES}.low=[0,0,0,0]", f"{SHARES}.high=[1,1,1,1]")
SAVES_ANYTHING = (f"{SAVED}.low=[-1,-1,-1,-1]", f"{SAVED}.high=[1,1,1,1]")
BETTER, WORSE = "better", "worse"
SOCIETY = {"clear for": BETTER, "clear against": WORSE}
WHOLE, ELSE = "(whole difference)", "(without the other's levers)"
PARTS = {WHOLE: "**whole difference**"}


@dataclass(frozen=True)
class Worlds:
    """Worlds that differ in one or two things from what is in use.

    Attributes:
        keys: what is varied, with the values and their words.
        also: what else is set in every one of them.
    """

    keys: Mapping[str, Mapping[str, str]]
    also: tuple[str, ...] = ()

    @property
    def grid(self) -> str:
        """The same as a sweep takes it."""
        return "grid={" + ",".join(f"{key}:[{','.join(values)}]" for key, values in self.keys.items()) + "}"


WORLDS = {
    "designs": Worlds({f"{SHARES}.value": WORKING, CLOSED: CLOSURE}, WIDE),
    "savings": Worlds({f"{SAVED}.value": SAVINGS, CLOSED: CLOSURE}, SAVES_ANYTHING),
    "transition": Worlds({DOUBLE: {"0": "nothing", "0.15": "15%, as in use", "0.3": "30%"}}),
    "pooling": Worlds({POOLED: {"0": "none", "1": "in full, as in use"}}),
    "cut": Worlds({CUT: {"0": "no cut", "place": "the place's own, as in use", "0.3": "30%"}}),
    "management": Worlds(
        {MANAGEMENT: {"as_judged": "what is judged, as in use", "none": "nothing", "only_effort": COSTS}}
    ),
    "prevention": Worlds({SAVES: {"0": NOTHING, "0.2": "20p a pound within five years, as in use"}}),
}
ONE_BY_ONE = {
    "transition": "Running old and new side by side, share of a year's pay",
    "pooling": "Pooled budgets",
    "cut": "Depth of the cut",
    "management": "What freer management does (a judgement)",
    "prevention": "What prevention saves other agencies in cash",
}


def commands(folder: Path, places: Sequence[str] = tuple(PLACES)) -> dict[Path, tuple[str, ...]]:
    """What is run, and where it is kept."""
    outcomes = f"outcomes=[{','.join((*OUTCOMES, *ALSO))}]"
    found = {}
    for place in places:
        where = (f"place={place}", f"scale={PLACES[place][1]}", *WHOEVER)
        for name, worlds in WORLDS.items():
            found[folder / f"{place}-{name}"] = ("sweep", *where, outcomes, *worlds.also, worlds.grid)
        found[folder / f"{place}-parts"] = ("attribute", "among=parts", *where)
    return found


def keep(folder: Path, places: Sequence[str] = tuple(PLACES)) -> dict[str, Any]:
    """The figures of finished runs, by place: what each world's difference is, and the parts of the one in use."""
    found = kept() if KEPT.is_file() else {}
    for place in places:
        worlds = {name: list(_points(folder / f"{place}-{name}", of)) for name, of in WORLDS.items()}
        parts = pd.read_csv(folder / f"{place}-parts" / "attribution.csv").query("measure == 'crises'")
        told = {row["part"]: _told(row, "share") for row in parts.to_dict("records") if row["part"] != ELSE}
        said = json.loads((folder / f"{place}-parts" / "manifest.json").read_text(encoding="utf-8"))
        found[place] = {"worlds": worlds, "parts": told, "model": said["model_version"].split()[0]}
    return found


def _points(out: Path, worlds: Worlds) -> Iterator[dict[str, Any]]:
    """A sweep's points in the order of its grid: what is set, every outcome with its verdict, and society's."""
    swept, valued = pd.read_csv(out / "sweep.csv"), pd.read_csv(out / VALUED)
    swept["verdict"] = verdicts(swept)
    first = valued.groupby("point").first()
    order = [[]]  # type: list[list[str]]
    for values in worlds.keys.values():
        order = [[*before, words] for before in order for words in values.values()]
    for point, words in enumerate(order):
        rows = swept[swept["point"] == point].set_index("outcome")
        of = first.loc[point]
        yield {
            "world": words,
            "outcomes": {
                name: {
                    **_told(row, "diff"),
                    "verdict": row["verdict"],
                    "rationing": row["rationing"],
                    "radical": row["radical"],
                }
                for name, row in rows.to_dict("index").items()
            },
            "society": {"diff": of["social_value"], "ci_lo": of["lo"], "ci_hi": of["hi"], "verdict": of["verdict"]},
        }


def _told(row: Mapping[Hashable, Any], value: str) -> dict[str, float]:
    """A difference with its interval."""
    return {"diff": float(row[value]), "ci_lo": float(row["ci_lo"]), "ci_hi": float(row["ci_hi"])}


def kept() -> dict[str, Any]:
    """What was kept, by place."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def in_use(of: Mapping[str, Any]) -> Mapping[str, Any]:
    """A place's point at which everything is as it is in use."""
    return next(point for point in of["worlds"]["cut"] if "in use" in point["world"][0])


def by_outcome() -> str:
    """A line for each outcome, and what can be said of it in each place."""
    found = {place: in_use(of)["outcomes"] for place, of in kept().items()}
    rows = []
    for name, words in OUTCOMES.items():
        told = (of[name] for of in found.values())
        rows.append((words, *(f"{difference(row, brief=True)}, {_said(name, row)}" for row in told)))
    return table(("year 10, radical redesign minus rationing", *map(_name, found)), rows)


def _said(name: str, row: Mapping[str, float]) -> str:
    """What can be said of a difference."""
    return IN_WORDS[verdict(load_outcomes()[name], row["diff"], row["ci_lo"], row["ci_hi"])]


def parts() -> str:
    """A line for each part of the difference in crises, by Shapley's shares, the whole last, and a column for each place."""
    found = {place: of["parts"] for place, of in kept().items()}
    names = sorted(next(iter(found.values())), key=lambda name: name == WHOLE)
    rows = [(PARTS.get(name, name), *(difference(of[name], brief=True) for of in found.values())) for name in names]
    return table(("crises begun, per 1,000 people", *map(_name, found)), rows)


def needs() -> str:
    """In how many worlds each place's society is ahead, and of which model these figures are."""
    told = [f"- **{_name(place)}**: {_needs(of)}" for place, of in kept().items()]
    models = list(dict.fromkeys(str(of["model"]) for of in kept().values()))
    return "\n".join([*told, "", f"Made by version {' and '.join(models)} of the model.", ""])


def _needs(of: Mapping[str, Any]) -> str:
    """In which worlds radical wins for society and in which it loses: working designs and closure vary, or a judgement fails."""
    points = of["worlds"]["designs"]
    counted = {word: [p for p in points if SOCIETY.get(p["society"]["verdict"]) == word] for word in (BETTER, WORSE)}
    where = {word: _listed(found) for word, found in counted.items()}
    return (
        f"clearly ahead in {len(counted[BETTER])} of {len(points)} worlds{where[BETTER]}, clearly behind in "
        f"{len(counted[WORSE])}{where[WORSE]}; {'; '.join(_fails(of))}."
    )


def _fails(of: Mapping[str, Any]) -> Iterator[str]:
    """What society's account says where a judgement does not hold."""
    for (name, how), words in JUDGEMENTS.items():
        found = next(point["society"] for point in of["worlds"][name] if point["world"] == [how])
        yield f"{words}: {found['verdict']} ({difference(found, brief=True)}, £ a head)"


def _listed(points: Sequence[Mapping[str, Any]]) -> str:
    """Worlds in brackets."""
    worlds = [f"{working} work, closed {closed}" for working, closed in (point["world"] for point in points)]
    return f" ({'; '.join(worlds)})" if 0 < len(worlds) <= 4 else ""


def of_designs() -> str:
    """A line for each share of working designs and way of closing, a column for each place."""
    found = kept()
    points = [of["worlds"]["designs"] for of in found.values()]
    worlds = [point["world"] for point in points[0]]
    rows = [
        (f"{working} work", closed, *map(_cell, at))
        for (working, closed), at in zip(worlds, zip(*points, strict=True), strict=True)
    ]
    return table(("designs", "old services are closed", *map(_name, found)), rows)


def one_by_one() -> str:
    """The same of what else is disputed, one thing at a time."""
    rows = []
    for name, title in ONE_BY_ONE.items():
        for k, words in enumerate(next(iter(WORLDS[name].keys.values())).values()):
            rows.append((title, words, *(_cell(of["worlds"][name][k]) for of in kept().values())))
    return table(("what", "is", *(_name(place) for place in kept())), rows)


def of_savings() -> str:
    """What a saving within redesigned services comes to for a place after ten years."""
    rows = []
    for place, of in kept().items():
        for point in of["worlds"]["savings"]:
            found = point["outcomes"]
            told = [difference(found[name], brief=True) for name in ("unmet_asks", "crises", "public_spend_total")]
            rows.append((_name(place), *point["world"], f"{figure(found['redesigned_share']['radical'])}%", *told))
    heads = (
        "place",
        "hours saved by a redesigned service",
        "old services are closed",
        "services redesigned by year 10",
    )
    return table((*heads, *(OUTCOMES[name] for name in ("unmet_asks", "crises", "public_spend_total"))), rows)


def _cell(point: Mapping[str, Any]) -> str:
    """Crises, and what society says."""
    crises, society = difference(point["outcomes"]["crises"], brief=True), difference(point["society"], brief=True)
    return f"{crises}; {point['society']['verdict']}, {society}"


def _name(place: str) -> str:
    """A place's name."""
    return PLACES[place][0]


def main(words: Sequence[str]) -> int:
    """Runs what is missing and keeps what the page shows."""
    if not words or words[0].startswith("-") or not set(words[1:]) <= set(PLACES):
        print(__doc__)
        return 0 if words in (["--help"], ["-h"]) else 2
    folder, places = Path(words[0]).resolve(), tuple(words[1:]) or tuple(PLACES)
    for out, command in commands(folder, places).items():
        subprocess.run((*REDESIGN, *command, f"out={out}"), check=True, cwd=DOCS.parent)
    KEPT.write_text(json.dumps(keep(folder, places), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
