"""The page on which one run is looked into: services, small areas, and one person in two futures."""

from pathlib import Path

import pandas as pd
import streamlit as st

from experiments.errors import ConfigurationError
from experiments.lab import configuration
from experiments.lab.charts import network, tiles
from experiments.lab.number_format import three
from experiments.lab.session import Kept, Visit, title_of, workshop
from experiments.lab.views import compare_page, results_view

MONTHS = 12
FILES = ("services", "areas", "flows", "lives", "people")
VIEWS = {"services": "Services", "areas": "Small areas", "person": "One person"}
LINES = {"money": "Money", "people": "People sent on"}
EXPLAINED = {
    "money": "Money is pay and cover, paid by the owner, and care in crises, paid case by case; shared money is what pool "
    "members and departments of one council give one another.",
    "people": "From core to prevention: turned away and signposted. Into acute care: a crisis. Out of it: a place was found.",
}
BOOKS = {"grant": "granted", "pays": "paid for services", "shares": "shared", "else": "all else"}
MEASURES = {
    "in_need": ("People in established need", "per 1,000 people"),
    "turned_away": ("Turned away in the last year and still in need", "per 1,000 people"),
    "reached": ("Of those in established need, in a service", "%"),
}


def show(of: Visit) -> None:
    """One run of the comparison that is chosen, from near."""
    titles = configuration.titles(of.state)
    first, second = titles.values()
    st.write(
        f"One run of **{first}** and **{second}**, with the same people and the same luck, month by month. One run is an "
        "illustration: what holds on average is on the page Play."
    )
    seen = _looked(of)
    if seen is None:
        return
    view = st.radio("Look at", list(VIEWS), format_func=VIEWS.get, horizontal=True, key="inside.view")
    if view == "person":
        _person(of, seen, titles)
        return
    last = int(seen["services"]["month"].max())
    month = st.slider("Month after April 2011", 0, last, last, key=f"inside.month.{last}")
    st.caption(f"Year {month // MONTHS + 1}, month {month % MONTHS + 1}. The arrow keys move the slider by one month.")
    if view == "services":
        _services(seen, titles, month)
    else:
        _areas(seen["areas"], titles, month)


def _looked(of: Visit) -> dict[str, pd.DataFrame] | None:
    """What was seen of the run, once somebody has looked; else a button to do so."""
    key = f"looked.{configuration.name_of(of.state)}"
    kept: Kept | None = of.notes.get(key)
    if kept is None or kept.run.what in ("refused", "failed", "cancelled", "too long"):
        if kept is not None and kept.run.words:
            st.warning(kept.run.words)
        if st.button("Look inside", type="primary", key="look"):
            try:
                of.notes[key] = Kept(of.state, workshop().ask(of.state, of.name, "look"))
                st.rerun()
            except ConfigurationError as refusal:
                st.warning("; ".join(fault.wrong for fault in refusal.faults))
        return None
    if not kept.run.is_over:
        compare_page.going(of, kept)
        return None
    return read(str(kept.run.out))


@st.cache_data(max_entries=8, show_spinner="Reading what was seen")
def read(folder: str) -> dict[str, pd.DataFrame]:
    """The tables of a run that was looked into."""
    return {name: pd.read_parquet(Path(folder) / f"{name}.parquet") for name in FILES}


def _services(seen: dict[str, pd.DataFrame], titles: dict[str, str], month: int) -> None:
    """Agencies with their services around them under each policy, and what goes between them."""
    services, flows = seen["services"], seen["flows"]
    what = st.radio("Lines show", list(LINES), format_func=LINES.get, horizontal=True, key="inside.lines")
    now, owners = (
        services[services["month"] == month],
        dict(zip(services["service"], services["agency"], strict=True)),
    )
    designs, spots = network.designs_of(services), network.places(services, flows)
    tops = (float(services["queue"].max()) or 1.0, network.heaviest(flows, what))
    st.html(tiles.legend(network.LINES[what]))
    sums = {}
    for column, (arm, title) in zip(st.columns(len(titles)), titles.items(), strict=True):
        mine = now[now["arm"] == arm]
        lines = network.lines_of(flows[flows["arm"] == arm], owners, what, month)
        sums[title] = network.totals(lines, what)
        new = int((mine["design"] != network.STANDARD).sum())
        with column:
            st.markdown(
                f"**{title}**: {new} of {len(mine)} services try or run a new design; {int(mine['queue'].sum())} people wait"
            )
            words = f"{title}, month {month}"
            st.altair_chart(network.drawn(mine, lines, spots, designs, what, tops, words), theme=None)
    st.caption(
        "Each mark is a service beside the agency that runs it (◆). Its colour and shape tell its design, its size how many "
        f"people wait for it. The thicker a line, the more goes along it: {network.UNITS[what]}, on the same scale for both "
        f"policies and every month. {EXPLAINED[what]}"
    )
    with st.expander("Numbers: lines and agencies"):
        st.html(_wide(pd.DataFrame(sums).rename_axis(network.UNITS[what]), "What goes along the lines"))
        table = now.groupby(["agency", "arm"])[["queue", "caseload"]].sum().unstack("arm").rename(index=network.plain)
        pairs = [(counted, arm) for counted in ("queue", "caseload") for arm in titles]
        table = table[pairs].set_axis([f"{counted}, {titles[arm]}" for counted, arm in pairs], axis=1)
        st.html(_wide(table, "People waiting and in service by agency"))
        st.html(_wide(_books(flows[flows["month"] == month], titles), "Each agency's money this month, in pounds"))


def _books(flows: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """Each agency's month in pounds: what it was granted, what it paid for and what it shared."""
    money = flows[flows["kind"].isin(BOOKS)]
    sign = money["kind"].isin(("grant",)) | (money["origin"] == network.SHARED)
    agency = money["end"].where(sign, money["origin"])
    signed = money["amount"].where(sign, -money["amount"])
    table = (
        signed.groupby([agency.rename("agency"), money["kind"].map(BOOKS), money["arm"]])
        .sum()
        .unstack([1, 2])
        .fillna(0)
    )
    wanted = [(kind, arm) for kind in BOOKS.values() for arm in titles if (kind, arm) in table.columns]
    return table[wanted].set_axis([f"{kind}, {titles[arm]}" for kind, arm in wanted], axis=1)


def _areas(areas: pd.DataFrame, titles: dict[str, str], month: int) -> None:
    """Small areas as tiles, the most deprived first."""
    name = st.selectbox("Colour by", list(MEASURES), format_func=lambda key: MEASURES[key][0], key="inside.measure")
    words, unit = MEASURES[name]
    below = areas["in_need"] if name == "reached" else areas["citizens"]
    everything = areas.assign(value=(100 if name == "reached" else 1000) * areas[name] / below.where(below > 0))
    top = float(everything["value"].quantile(0.99)) or 1.0
    now = everything[everything["month"] == month]
    for column, (arm, title) in zip(st.columns(len(titles)), titles.items(), strict=True):
        mine = now[now["arm"] == arm]
        with column:
            st.markdown(f"**{title}**: {words.lower()}, {unit}")
            st.altair_chart(tiles.tiles(mine, top, words, unit, title), theme=None)
    st.caption(
        "Each tile is a small area, from the most deprived (top left) to the least. Darker is more. No map is used."
    )
    table = now.pivot(index="area", columns="arm", values="value")[list(titles)].rename(columns=titles)
    with st.expander("Numbers: small areas"):
        st.html(_wide(table, words))


def _person(of: Visit, seen: dict[str, pd.DataFrame], titles: dict[str, str]) -> None:
    """One person's months under both policies."""
    people, lives = seen["people"].reset_index(drop=True), seen["lives"]
    if people.empty:
        st.write("Nobody was in established need on the policy date.")
        return
    lives = lives.assign(status=tiles.statuses(lives))
    differing = people["person"].map(tiles.apart(lives)).fillna(0).astype(int)
    order = list(differing.sort_values(ascending=False, kind="stable").index)
    picked = st.selectbox(
        "Who",
        order,
        format_func=lambda k: f"{_who(people.loc[k])}: differs in {differing[k]} months",
        key=f"inside.who.{configuration.name_of(of.state)}",
    )
    st.caption(
        f"Followed are {len(people)} people who were in established need in April 2011, evenly spread over all of them. "
        f"{int((differing == 0).sum())} of them live exactly the same months under both policies; those with most "
        "difference come first. An illustration, not evidence."
    )
    st.html(tiles.legend(tiles.STATUS))
    mine = lives[lives["person"] == people.loc[picked, "person"]]
    for challenge in [c for c, part in mine.groupby("challenge") if (part["level"] > 0).any()]:
        _life(mine[mine["challenge"] == challenge], str(challenge), titles)
    ends = []
    for arm, title in titles.items():
        here = mine[(mine["arm"] == arm) & mine["here"]]
        ends.append(f"{title} {here['wellbeing'].iloc[-1]:.2f} of 10" if len(here) else f"{title} not known")
    results_view.announce(f"Life satisfaction when last seen: {'; '.join(ends)}.")


def _life(part: pd.DataFrame, challenge: str, titles: dict[str, str]) -> None:
    """One challenge of one person: a strip for each policy, and how long everything lasted."""
    st.markdown(f"**{title_of('challenge', challenge)}**")
    st.altair_chart(tiles.strip(part, titles), theme=None)
    for place, (arm, title) in zip(tiles.ORDER, titles.items(), strict=True):
        counts = part[part["arm"] == arm]["status"].value_counts()
        months = [f"{name} {counts[name]}" for name in tiles.STATUS if name in counts]
        st.write(f"{place}, {title}, months: {', '.join(months)}.")


def _who(person: pd.Series) -> str:
    """A person in a few words: no name, because nobody real is meant."""
    return (
        f"{'Woman' if person['female'] else 'Man'} of {person['age']}, area {person['area']}"
        if person["age"] >= 18
        else (f"{'Girl' if person['female'] else 'Boy'} of {person['age']}, area {person['area']}")
    )


def _wide(table: pd.DataFrame, label: str) -> str:
    """A table that scrolls sideways by itself on a narrow screen."""
    html = table.to_html(border=0, float_format=three, na_rep="")
    return f'<div class="lab-wide" role="region" aria-label="{label}" tabindex="0">{html}</div>'
