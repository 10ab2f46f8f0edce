"""Bad input made up from what is declared: every key of every question, and every field of every file it reads.

Nothing is listed here: keys come from the configurations as composed and from the models that read them, so that a new
setting or a new field is attacked without anybody thinking of it.
"""

import json
import math
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from made_country import lived
from pydantic import BaseModel

from experiments import questions
from experiments.analysis.economics.valuation import Valuation
from experiments.configuration.compose import Composed, compose
from experiments.configuration.options import ONE_OF
from experiments.configuration.settings import Settings
from experiments.configuration.words.stars import CHOSEN_BY, taking_part
from experiments.errors import ConfigurationError
from experiments.questions.base import Question
from experiments.questions.calibrate.targets import CalibrationConfig
from experiments.questions.patterns.schema import PatternConfig
from redesign.overrides import overrides
from simulation.parameters.world import WorldConfig
from simulation.policy.levers import LEVERS
from simulation.policy.policy import Policy

SMALL = ("place=teaching_town", "scale=0.05", "years=1", "replicates=2")
QUICK = {
    "attribute": (*SMALL, "levers=[pooling,support]"),
    "biography": SMALL,
    "calibrate": ("place=teaching_town", "scale=0.05"),
    "compare": SMALL,
    "discover": (*SMALL, "points=20", "inputs=[lever.*]", "map=null"),
    "frontier": (*SMALL, "search_points=2", "rounds=0", "budgets=[0.2,0.3]", "free=[eligibility.fit]"),
    "lab": ("open_browser=false",),
    "lesson": ("lesson=community_policing", "years=1", "replicates=2", "scale=0.05"),
    "nation": ("authorities=[leeds,hartlepool]", *SMALL[1:]),
    "patterns": ("only=[accountability_removed]",),
    "pilot": (
        f"nation={lived(Path(mkdtemp()) / 'country')}",
        "zones=6",
        "judged=2",
        "drawn=10",
        "methods=randomisation",
    ),
    "sensitivity": (*SMALL, "inputs=[lever.*]"),
    "stress": (*SMALL, "inputs=[lever.*]", "evaluations=12", "members=12", "structures=[cut]"),
    "sweep": (*SMALL, "grid={policy.radical.levers.pooling.strength:[0,1]}"),
    "watch": SMALL,
}
"""What is asked of each question, where only one thing is to be wrong and a plan is to be made in no time."""
HOWEVER = {"database": None, "deadline": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate]}
"""No case depends on another run, and a failure comes back: each test names its seed."""

IN_FILES = {
    "place": ["place=mine"],
    "costs": ["costs=mine"],
    "behaviour": ["behaviour=mine"],
    "demography": ["demography=mine"],
    "valuation": ["valuation=mine"],
    "policy": ["arms=[mine,radical]", "contrast=auto"],
    "challenge": ["challenges=[mine,climate]"],
    "design": ["designs=all", "policy.radical.levers.portfolio.designs=[mine]"],
}
"""How a file of one's own is chosen, by group."""

NUMBERS = (0, -1, 1, 2, 0.5, -0.0, 1.5, 1e-320, 1e15, -1e308, 2**63, 10**30, math.nan, math.inf, -math.inf)
TEXTS = ("", " ", "\t\n", "yes", "on", "off", "TRUE", "1_000", "0x10", "0o17", "1:30", ".inf", "nan", "1e400", "null",
         "~", "~/x", "..", "/", "a/b", "${seed}", "???", "[red]", "<b>", "=1+1", "a b", "ü" * 3, "x" * 10_000, "\x00", "\x1b[2J",
         "auto", "all", "*", "**", "-", "0")  # fmt: skip
OTHERS = (None, True, False, [], {}, [[]], [None], [{}], {"": 1}, {"a": {"b": []}}, [1, [2, [3]]], ["x", "x"], [""], [True],
          [0, math.nan], {"value": math.inf}, {1: 2})  # fmt: skip
NEVER_RIGHT = (math.nan, math.inf, -math.inf, " ", "\t\n", "x" * 10_000, "\x00", "\x1b[2J", [None], [[]], {"": 1})
"""Right nowhere, whatever the key."""
JARGON = re.compile(
    r"Traceback|Input should|validation error|NoneType|<class|<function|object at 0x|not yours|pydantic"
)


@dataclass(frozen=True)
class Case:
    """One key of one question set to something.

    Attributes:
        question: by name.
        path: the key, part by part; a whole number is a place in a list.
        value: what it is set to.
    """

    question: str
    path: tuple[str | int, ...]
    value: Any

    @property
    def key(self):
        return ".".join(map(str, self.path))

    @property
    def data(self):
        """The question's configuration with the key set."""
        return put(base_of(self.question).data, self.path, self.value)


@cache
def base_of(question):
    """The configuration of a question as it is asked quickly; of a lesson, with one slider only."""
    found = compose(question, list(QUICK[question]), [])
    if sliders := at(found.data, ("lesson", "sliders")):
        return replace(found, data=put(found.data, ("lesson", "sliders"), sliders[:1]))
    return found


def put(node, path, value):
    """A copy with one value set; what is not on the way to it is shared."""
    if not path:
        return value
    first, *rest = path
    if isinstance(node, list | tuple):
        return [put(each, rest, value) if k == first else each for k, each in enumerate(node)]
    node = node if isinstance(node, dict) else {}
    return {**node, first: put(node.get(first), rest, value)}


def at(node, path):
    """The value at a path; None where there is none."""
    for part in path:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def models_of(question):
    """What reads a question's configuration, by key; a star stands for every name."""
    world = WorldConfig.model_fields
    own = questions.question(question).settings.model_fields
    common = Settings.model_fields if {"arms", "contrast"} <= set(base_of(question).data) else {}
    found = {name: field.annotation for name, field in {**common, **own}.items()}
    found |= {name: world[name].annotation for name in ("place", "demography", "costs", "behaviour", "burn_in")}
    found |= {name: world[f"{name}s"].annotation for name in ("challenge", "design")}
    found |= {"policy": dict[str, Policy], "valuation": Valuation}
    found |= {"calibration": CalibrationConfig, "pattern": dict[str, PatternConfig]}
    return {name: kind for name, kind in found.items() if name in base_of(question).data or name in (*own, *common)}


def below(kind, node):
    """The parts that may follow in a path, each with what reads it."""
    kind = plain(kind)
    found = {}
    if isinstance(node, dict):
        found = dict.fromkeys(node, Any)
    elif isinstance(node, list | tuple):
        found = dict.fromkeys(range(len(node)), Any)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found |= {name: field.annotation for name, field in kind.model_fields.items()}
        if kind is Policy:
            found["levers"] = LEVERS
    elif kind is LEVERS:
        found |= LEVERS
    elif get_origin(kind) is dict:
        found |= dict.fromkeys(found, get_args(kind)[1])
    elif get_origin(kind) is tuple:
        found |= dict.fromkeys(found, get_args(kind)[0])
    if isinstance(found.get("levers"), type(Any)) or ("levers" in found and kind is LEVERS["zones"]):
        found["levers"] = LEVERS
    return found


def plain(kind):
    """A type without its wrappings; of several, that which holds most."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        else:
            kind = next((k for k in get_args(kind) if k is not NoneType), Any)
    return kind


@st.composite
def cases(draw, question=None):
    """Any key of any question, at any depth, set to anything."""
    name = question or draw(st.sampled_from(sorted(QUICK)))
    base, kinds, path = base_of(name).data, models_of(name), ()
    while kinds and (not path or draw(st.integers(0, 4)) > 0):
        part = draw(st.sampled_from(sorted(kinds, key=str)))
        kind = kinds[part]
        path = (*path, part)
        kinds = below(kind, at(base, path))
    return Case(name, path, draw(values(at(base, path))))


def values(now):
    """Anything at all, and what is near what stands there now."""
    near = [now]
    if isinstance(now, dict):
        near = [
            {},
            {**now, "not_there": 1},
            list(now),
            {**now, "": 1},
            *({k: v for k, v in now.items() if k != n} for n in now),
        ]
    elif isinstance(now, list | tuple):
        near = [[], [*now, *now[:1]], [*now, "not_there"], [*now, None], [list(now)], list(reversed(now)), *now]
    elif isinstance(now, str):
        near = [f"{now}x", now.upper(), f" {now}", [now], [now, now], now * 2000, {now: 1}]
    elif isinstance(now, int | float) and not isinstance(now, bool):
        near = [-now, now * 1e6, now + 0.5, str(now), [now], [now, now], f"{now:.1f}0", {"value": now}]
    anything = st.sampled_from([*NUMBERS, *TEXTS, *OTHERS])
    more = st.one_of(
        st.text(max_size=8),
        st.integers(-3, 3),
        st.integers(min_value=10**7),
        st.floats(),
        st.lists(st.text(max_size=3), max_size=3),
    )
    return st.one_of(anything, st.sampled_from(near), anything, more)


def takes_part(case):
    """Whether anybody reads what a case changes: options that are not chosen stand there unread."""
    group, *rest = case.path
    data = base_of(case.question).data
    if group == "pattern" and rest:
        return rest[0] in data["only"]
    if group not in CHOSEN_BY or not rest:
        return True
    return rest[0] in taking_part(data)[group] and not (case.question == "patterns" and group == "policy")


def is_never_right(value):
    """Whether a value is right nowhere."""
    return any(type(value) is type(bad) and repr(value) == repr(bad) for bad in NEVER_RIGHT)


def command_of(case, folder):
    """The words that ask a case, what is inside a group in a file of one's own; none where it cannot be typed."""
    group, *rest = case.path
    own = [name for name in QUICK[case.question] if not name.startswith(f"{group}=")]
    if group in IN_FILES and rest:
        changed = at(case.data, case.path[: 1 if group in ONE_OF else 2])
        try:
            text = yaml.safe_dump(
                {k: v for k, v in changed.items() if k not in ("areas", "life_table")}, allow_unicode=True
            )
            (folder / group).mkdir()
            (folder / group / "mine.yaml").write_text(text, encoding="utf-8")
        except (yaml.YAMLError, UnicodeEncodeError, AttributeError):
            return None
        return [case.question, *own, "--config-dir", str(folder), *IN_FILES[group]]
    typed = next((k for k, part in enumerate(case.path) if isinstance(part, int)), len(case.path))
    try:
        return [case.question, *own, *overrides({".".join(case.path[:typed]): at(case.data, case.path[:typed])})]
    except ConfigurationError:
        return None


def outcome_of(case):
    """What becomes of a case: the refusal, or None where a plan was made that can be claimed and kept.

    Anything else that is raised is a fault of ours.
    """
    base, asked = base_of(case.question), questions.question(case.question)
    said = (f"{case.key}={case.value}",)
    try:
        plans = asked.plans(Composed(case.data, base.choices, base.folders, said))
        if isinstance(asked, Question) and type(plans).__name__ != "Listing":
            session = asked.session(plans)
            json.dumps(session.asked, allow_nan=False, default=str)
    except ConfigurationError as refusal:
        return refusal
    return None


def complaints(case, refusal):
    """What is wrong with a refusal: it must name the key and say what is allowed."""
    text = refusal.message()
    found = [f"jargon: {word}" for word in JARGON.findall(text)]
    found += [f"says nothing: {fault}" for fault in refusal.faults if not (fault.wrong.strip())]
    if refusal.status != 2:
        found.append(f"status {refusal.status}")
    if len(text) > 6000:
        found.append(f"{len(text)} letters")
    names = [str(part) for part in case.path]
    told = " ".join(f"{fault.where} {fault.wrong}" for fault in refusal.faults)
    if not any(name in told for name in names[-2:]) and names[0] not in told:
        found.append(f"does not name {case.key}")
    return found
