"""What a visitor can set: place, policies, seven sliders in plain words and every lever behind them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from experiments.configuration import options
from experiments.configuration.words import place_cut
from experiments.evidence import lever_ranges
from experiments.lab import configuration, lay_words
from experiments.lab.lay_words import pages
from experiments.lab.own_places import kept as own_places
from experiments.lab.session import Visit, place_title, policies, title_of
from experiments.lab.state import (
    ALL,
    AS_JUDGED,
    COMMON,
    CUT,
    LARGEST_SEED,
    MOST_REPLICATES,
    MOST_YEARS,
    NO_MANAGEMENT,
    OFF,
    ON,
    ONLY,
    WHOLE_LEVER,
    Choice,
    State,
    challenges,
    range_of,
)

STEPS = 50
"""A slider has at least so many steps."""
GRADES = {"A": "seen in the source", "B": "worked out from the source", "C": "recalled", "J": "judgement"}


def world(of: Visit) -> State:
    """Lets the visitor pick place, challenge, years, replications, and whether what management does is believed."""
    state, key = of.state, f"{of.epoch}"
    columns = [*st.columns(2), *st.columns(2)]
    places = list(own_places.every())
    with columns[0]:
        place = st.selectbox("Place", places, places.index(state.place), place_title, key=f"{key}.place")
    found = challenges()
    with columns[1]:
        challenge = st.selectbox(
            "Challenge",
            found,
            found.index(state.challenge),
            lambda name: "All six" if name == ALL else title_of("challenge", name),
            key=f"{key}.challenge",
        )
    with columns[2]:
        years = st.number_input("Years", 1, MOST_YEARS, state.years, key=f"{key}.years")
    with columns[3]:
        runs = st.number_input("Runs, each with other luck", 2, MOST_REPLICATES, state.replicates, key=f"{key}.runs")
    manages = st.toggle(
        "Management changes how people work",
        state.management == AS_JUDGED,
        key=f"{key}.management",
        help="Whether inspection, targets, freedom and support change hours, effort, morale and attention to root causes by "
        "themselves. How much is a judgement: six numbers that nobody has measured. Off: they change nothing, in both policies.",
    )
    management = AS_JUDGED if manages else NO_MANAGEMENT
    return replace(
        state, place=place, challenge=challenge, years=int(years), replicates=int(runs), management=management
    )


def reroll(of: Visit) -> None:
    """Chooses other luck for everybody."""
    of.set(replace(of.state, seed=of.state.seed % LARGEST_SEED + 1))


def policy(of: Visit, state: State, arm: str, label: str) -> State:
    """Lets the visitor pick one policy and change it."""
    choice: Choice = getattr(state, arm)
    names = list(policies())
    base = st.selectbox(
        label, names, names.index(choice.base), lambda name: str(policies()[name]["title"]), key=f"{of.epoch}.{arm}"
    )
    if base != choice.base:
        choice = Choice(base)
    st.caption(str(policies()[base]["summary"]))
    with st.expander("Change it"):
        choice = sliders(of, choice, arm)
        if st.toggle("Show every lever", key=f"{of.epoch}.{arm}.drawer"):
            choice = drawer(of, choice, arm)
        if choice.changes and st.button("Undo all changes", key=f"{of.epoch}.{arm}.undo"):
            of.set(replace(state, **{arm: Choice(base)}))  # type: ignore[arg-type]
            st.rerun()
    if choice.changes:
        st.caption(f"Changed: {configuration.changed(choice)}".replace("$", "\\$"))
    return replace(state, **{arm: choice})  # type: ignore[arg-type]


def sliders(of: Visit, choice: Choice, arm: str) -> Choice:
    """At most seven numbers in plain words; a lever that the policy lacks is put in first."""
    st.caption("Each slider runs over what the evidence allows. ▲ marks the base value of the shipped policies.")
    for key in pages()["sliders"]:
        lever, words = key.partition(".")[0], lay_words.number(key)
        if not is_used(choice, lever):
            if st.checkbox(f"Add: {words}", key=f"{of.epoch}.{arm}.{choice.base}.add.{key}"):
                choice = _used(choice, lever, True)
            else:
                continue
        choice = number(of, choice, arm, key, words, marked=True)
    return choice


def is_used(choice: Choice, lever: str) -> bool:
    """Whether a policy has a lever."""
    if lever in choice.changes:
        return choice.changes[lever] == ON
    return lever in own_levers(choice)


def own_levers(choice: Choice) -> Mapping[str, Any]:
    """The levers of the policy that a choice started from."""
    levers = policies()[choice.base].get("levers") or {}
    return {name: lever for name, lever in levers.items() if lever is not None}


def _used(choice: Choice, lever: str, wanted: bool) -> Choice:
    """The same policy with a lever put in or taken out."""
    own = lever in own_levers(choice)
    if not wanted:
        choice = Choice(choice.base, {k: v for k, v in choice.changes.items() if k.partition(".")[0] != lever})
    return choice.but(lever, None if wanted == own else (ON if wanted else OFF))


def usual(choice: Choice, key: str, place: str) -> float:
    """What a policy sets a number to in a place before anything is changed; of a cut by year, where it ends."""
    lever, _, setting = key.partition(".")
    node: Any = own_levers(choice).get(lever, {})
    for part in setting.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    if key == CUT and isinstance(node, str):
        return depth(node, place)
    if isinstance(node, int | float):
        return float(node)
    quantity = lever_ranges.of_levers().get(lever, {}).get(setting)
    if quantity is not None and not isinstance(quantity.value, tuple):
        return float(quantity.value)
    return 1.0 if setting == "strength" else 0.0


def depth(cut: str, place: str) -> float:
    """How deep a cut that is given in a word is in the end, in a place."""
    return place_cut.depth(cut, own_places.data_of(place))


def number(of: Visit, choice: Choice, arm: str, key: str, words: str, marked: bool = False) -> Choice:
    """One number of a lever as a slider, with what is known about it."""
    span = range_of(key)
    if span is None:
        return choice
    own = usual(choice, key, of.state.place)
    low, high = min(span[0], own), max(span[1], own)
    now = min(max(float(choice.changes.get(key, own)), low), high)
    is_whole = key.partition(".")[2] in ("start", "ramp")
    unit = lay_words.unit(key)
    step = 1.0 if is_whole else unit.times * 10.0 ** math.floor(math.log10((high - low) / STEPS))
    name = f"{of.epoch}.{arm}.{choice.base}.{key}.{own:g}"
    ends = (unit.times * low, unit.times * high, unit.times * now)
    value = st.slider(words, *ends, step, format=unit.printf, key=name) / unit.times
    _about(key, low, high, depth(place_cut.PLACE, of.state.place) if key == CUT else None, marked)
    return choice.but(key, None if math.isclose(value, own, rel_tol=1e-9, abs_tol=1e-12) else round(value, 6))


def _about(key: str, low: float, high: float, own: float | None, marked: bool) -> None:
    """The base mark under a slider, and unit, range, source and grade in words; the base may be the place's own."""
    lever, _, setting = key.partition(".")
    quantity = lever_ranges.of_levers().get(lever, {}).get(setting)
    if quantity is None or isinstance(quantity.value, tuple):
        kind = "counted from April 2011; " if setting == "start" else ""
        st.caption(f"{kind}not a number with evidence of its own")
        return
    base, unit = float(quantity.value) if own is None else own, lay_words.unit(key)
    if marked and low <= base <= high:
        share = 100 * (base - low) / (high - low)
        st.html(f'<div class="lab-base" aria-hidden="true"><span style="left:{share:.1f}%">▲</span></div>')
    source = f"{quantity.source} ({GRADES[quantity.grade]})"
    least, most = unit.told(float(quantity.low)), unit.told(float(quantity.high))  # type: ignore[arg-type]
    st.caption(
        f"{quantity.unit}. Base {unit.told(base)}{'' if own is None else ', where the place went'}; "
        f"evidence {least} to {most}. Source: {source}".replace("$", "\\$").replace("~", "\\~")
    )


def drawer(of: Visit, choice: Choice, arm: str) -> Choice:
    """Every lever: in or out, how strong, from when, and every number of it that has evidence."""
    shown = set(pages()["sliders"])
    for lever in sorted({*lever_ranges.of_levers(), *WHOLE_LEVER}):
        if lever == "zones":
            continue  # a lever that holds levers: only in files
        name = f"{of.epoch}.{arm}.{choice.base}.use.{lever}"
        used = st.checkbox(f"**{lay_words.lever(lever)}**", is_used(choice, lever), key=name)
        if used != is_used(choice, lever):
            choice = _used(choice, lever, used)
        if not used:
            continue
        if lever == "portfolio":
            choice = _only(of, choice, arm)
        settings = [s for s in lever_ranges.of_levers().get(lever, {}) if f"{lever}.{s}" not in shown]
        for setting in [*settings, *COMMON]:
            key = f"{lever}.{setting}"
            if range_of(key) is None:
                continue  # a list: only in files
            words = f"{lay_words.lever(lever)}: {lay_words.number(key)[0].lower()}{lay_words.number(key)[1:]}"
            choice = number(of, choice, arm, key, words)
    return choice


def _only(of: Visit, choice: Choice, arm: str) -> Choice:
    """Lets services try one design only."""
    designs = [None, *options.find("design")]
    now = choice.changes.get(ONLY)
    only = st.selectbox(
        "Designs that may be tried",
        designs,
        designs.index(None if now is None else str(now)),
        lambda name: "All of the policy's" if name is None else f"Only: {title_of('design', name)}",
        key=f"{of.epoch}.{arm}.{choice.base}.{ONLY}",
    )
    return choice.but(ONLY, only)
