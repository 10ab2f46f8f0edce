"""Writes what a visitor chose as configuration files, which the lab runs and which `redesign compare` runs again."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from experiments.configuration import options
from experiments.configuration.own_place.making import OwnPlace
from experiments.lab import lay_words
from experiments.lab.own_places import kept as own_places
from experiments.lab.state import ALL, AS_JUDGED, OFF, ON, ONLY, Change, Choice, State
from simulation.parameters import PlaceConfig

EXPERIMENT = "from_the_lab"
WHOLE = ("start", "ramp")
MOST_NAMED = 2
"""More changes than this are not named one by one in a policy's title."""
DAY_ONE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive, so that the same choice gives the same bytes."""


def arms_of(state: State) -> tuple[str, str]:
    """What the two policies are called; one that differs from what ships has a name of its own."""
    first = state.a.base + ("_changed" if state.a.changes else "")
    second = state.b.base + ("_changed" if state.b.changes else "")
    return first, second if second != first else f"{second}_again"


def titles(state: State) -> dict[str, str]:
    """What people call the two policies, by arm; no two are called the same."""
    found: dict[str, str] = {}
    for arm, choice in zip(arms_of(state), (state.a, state.b), strict=True):
        title = title_of(choice)
        found[arm] = title + (" (again)" if title in found.values() else "")
    return found


def title_of(choice: Choice) -> str:
    """What people call a policy: a few changes are named, many are not."""
    title = str(options.find("policy")[choice.base].read()["title"])
    if not choice.changes:
        return title
    if len(choice.changes) > MOST_NAMED:
        return f"{title}, changed"
    return f"{title}, {', '.join(_named(key, value) for key, value in sorted(choice.changes.items()))}"


def _named(key: str, value: Change) -> str:
    """One change in words."""
    if key == ONLY:
        return f"only {options.find('design')[str(value)].read()['title']}"
    if value in (ON, OFF):
        return f"{'with' if value == ON else 'without'} {lay_words.lever(key).lower()}"
    return lay_words.change(key, float(value))


def changed(choice: Choice) -> str:
    """All that is changed of a policy, in words."""
    return "; ".join(_named(key, value) for key, value in sorted(choice.changes.items()))


def files(state: State) -> dict[str, str]:
    """The configuration as files, by their path in its folder."""
    arms = arms_of(state)
    settings: dict[str, Any] = {
        "defaults": [{"override /place": state.place}],
        "arms": list(arms),
        "years": state.years,
        "replicates": state.replicates,
        "seed": state.seed,
    }
    if state.challenge != ALL:
        settings["challenges"] = [state.challenge]
    if state.management != AS_JUDGED:
        settings["behaviour"] = {"structure": {"management": state.management}}
    found = {f"experiment/{EXPERIMENT}.yaml": "# @package _global_\n" + _yaml(settings)} | own_places.files_of(
        state.place
    )
    for arm, choice in zip(arms, (state.a, state.b), strict=True):
        if arm != choice.base:
            found[f"policy/{arm}.yaml"] = _yaml(_policy(choice))
    return found


def _policy(choice: Choice) -> dict[str, Any]:
    """A policy's file: the one it started from, and what differs."""
    levers: dict[str, Any] = {}
    shipped = options.find("policy")[choice.base].read()
    for key, value in sorted(choice.changes.items()):
        lever, _, setting = key.partition(".")
        if not setting:
            levers[lever] = None if value == OFF else {**_all_designs(lever), **(levers.get(lever) or {})}
        elif key == ONLY and choice.changes.get(lever, ON) == ON:
            levers[lever] = {**(levers.get(lever) or {}), "designs": [value]}
        elif choice.changes.get(lever, ON) == ON:
            inner = levers.setdefault(lever, {})
            if lever == "envelope" and setting.startswith("others."):
                inner, setting = inner.setdefault("others", {}), setting.removeprefix("others.")
            inner[setting] = int(float(value)) if setting in WHOLE else float(value)
    return {
        "defaults": [f"{choice.base}@_here_", "_self_"],
        "title": title_of(choice) if choice.changes else f"{shipped['title']}, again",
        "summary": f"{shipped['title']} as it was changed in the lab",
        "source": "the lab; nobody proposed it",
        "levers": levers,
    }


def _all_designs(lever: str) -> dict[str, Any]:
    """What a lever needs to be put into a policy that lacks it: a portfolio holds designs."""
    return {"designs": list(options.find("design"))} if lever == "portfolio" else {}


def _yaml(content: Any) -> str:
    """Data as YAML, in its own order."""
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None))


def name_of(state: State) -> str:
    """A short name that only this choice has."""
    return hashlib.sha256(json.dumps(files(state), sort_keys=True).encode()).hexdigest()[:12]


def work(state: State) -> float:
    """How much there is to do: the years that simulated people live, in one policy."""
    place = own_places.every()[state.place].read()
    people = place["population"]
    whole = float(people["value"] if isinstance(people, dict) else people)
    share = place.get("usual_scale") or PlaceConfig.model_fields["usual_scale"].default
    return whole * float(share) * state.years * state.replicates


def write(state: State, folder: Path) -> None:
    """Writes the files into a folder."""
    for name, text in files(state).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def command(folder: str = "lab-config", question: str = "compare") -> str:
    """The command line that runs the same comparison, or asks another question of the same policies."""
    return f"redesign {question} --config-dir {folder} experiment={EXPERIMENT}"


def archive(state: State) -> bytes:
    """The files as a ZIP archive with the command that runs them."""
    return _packed("lab-config", files(state), f"{command()}\n\nIt gives the results that the lab showed.\n")


def archive_of(place: OwnPlace) -> bytes:
    """A place of one's own as a ZIP archive with the command that asks about it."""
    return _packed("my", place.files, f"redesign compare --config-dir my place={place.name}\n")


def _packed(folder: str, inside: Mapping[str, str], how: str) -> bytes:
    """A folder of files as a ZIP archive, with what to type."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in {"README.txt": f"Unpack this folder, then run:\n\n    {how}", **inside}.items():
            packed.writestr(zipfile.ZipInfo(f"{folder}/{name}", DAY_ONE), text)
    return stream.getvalue()
