"""What a comparison has shown so far: pictures, differences run by run, the table at the end, and what to take home."""

from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from experiments import storage
from experiments.analysis.statistics.catalogue import Outcome
from experiments.analysis.verdicts.policies import FROM
from experiments.analysis.verdicts.sentence import verdict
from experiments.lab import configuration, results, side_by_side
from experiments.lab.charts import charts
from experiments.lab.number_format import three
from experiments.lab.session import Kept, Visit, shared
from experiments.text.numerals import counted
from experiments.text.purpose import CHANCE_ONLY
from experiments.text.terms import TERMS


def announce(words: str) -> None:
    """Says something that a screen reader reads out."""
    st.html(f'<p class="lab-say" role="status" aria-live="polite">{words}</p>')


def pictures(kept: Kept, before: Kept | None = None) -> None:
    """The answer first; six outcomes over time, beside those of the comparison before; and differences run by run."""
    run, found, titles = kept.run, results.values(kept), results.named(kept)
    count = f"{run.pictured} of {run.replicates} runs" if run.pictured < run.replicates else f"{run.pictured} runs"
    told = results.brief(kept)
    if told:
        st.subheader(told.headline, anchor=False)
        for line in told.lines:
            _say(line.label, line.text)
    st.html('<span class="lab-results"></span>')
    st.subheader(f"{' and '.join(titles.values())}: {count}", anchor=False)
    announce(f"Results of {count} are shown.")
    if told:
        _policies(kept)
    if told and before is not None and before.run.what == "finished":
        with st.expander("Beside the one before"):
            tabled(side_by_side.differences([before, kept]), "This comparison beside the one before")
            st.caption("Second policy minus first, in the last year.")
    view = st.radio("Show", ["Every single run", "Averages and the difference"], horizontal=True, key="view")
    for names in _pairs([name for name in results.SHOWN if name in found]):
        for column, name in zip(st.columns(len(names)), names, strict=True):
            outcome = results.catalogue()[name]
            with column:
                st.markdown(f"**{outcome.title}**, {outcome.unit}".replace("$", "\\$"))
                st.altair_chart(charts.over_time(found[name], titles, outcome, view.startswith("Every")), theme=None)
                if not view.startswith("Every") and run.pictured > 1 and len(titles) > 1:
                    st.altair_chart(charts.apart_over_time(found[name], titles, outcome), theme=None)
                with st.expander(f"Numbers: {outcome.title.lower()}"):
                    st.html(_yearly(found[name], titles).to_html(border=0, float_format=three))
    if run.pictured > 1:
        same_luck(kept, found, titles)


def _say(label: str, text: str) -> None:
    """A line under a word for it, as it stands."""
    st.html(f"<p><strong>{escape(label)}.</strong> {escape(text)}</p>")


def _policies(kept: Kept) -> None:
    """What both policies do, in lay words from their levers, and what the words of the answer mean."""
    found, titles = results.answer(kept), results.named(kept)
    if found is not None and found.policies:
        with st.expander("What the policies do"):
            st.write(FROM)
            for column, each in zip(st.columns(len(titles)), found.policies, strict=False):
                with column:
                    st.markdown(f"**{titles.get(each.arm, each.title)}**".replace("$", "\\$"))
                    for line in each.does:
                        _say(line.label, line.text)
    with st.expander("What the words mean"):
        for term, meaning in TERMS.items():
            _say(term, meaning)


def _pairs(names: list[str]) -> list[list[str]]:
    return [names[k : k + 2] for k in range(0, len(names), 2)]


def _yearly(values: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """The average of each policy in each year."""
    wide = values.groupby(["year", "arm"], sort=False)["value"].mean().unstack()
    return wide[list(titles)].rename(columns=titles).rename_axis(columns=None)


def same_luck(kept: Kept, found: dict[str, pd.DataFrame], titles: dict[str, str]) -> None:
    """What the same luck is good for: the same differences with it and without it."""
    st.subheader("Is it the policy, or luck?", anchor=False)
    left, right = st.columns([2, 1])
    with left:
        name = st.selectbox(
            "Outcome", list(found), format_func=lambda n: results.catalogue()[n].title, key="luck.outcome"
        )
    with right:
        same = st.toggle("Same luck for both", value=True, key="luck.same")
    arms = configuration.arms_of(kept.state)
    ways = {way: charts.difference_runs(found[name], arms, way) for way in (True, False)}
    limit = max(float(way["difference"].abs().max()) for way in ways.values()) * 1.1
    st.altair_chart(charts.spread(ways[same], results.catalogue()[name], limit), theme=None)
    last = [way[way["year"] == way["year"].max()]["difference"] for way in ways.values()]
    first, second = titles.values()
    st.write(
        f"Each dot is one run: {second} minus {first} in the last year. Both policies meet the same people and the same "
        f"luck, so the dots lie within {three(float(last[0].max() - last[0].min()))} of one another; with different luck "
        f"they lie within {three(float(last[1].max() - last[1].min()))}."
    )


def rows(kept: Kept) -> list[tuple[Outcome, dict[str, Any]]]:
    """The headline outcomes of the last year, each with its paired difference."""
    found = results.answer(kept)
    if found is None:
        return []
    return [
        (outcome, found.last[name])
        for name, outcome in found.outcomes.items()
        if outcome.headline and name in found.last
    ]


def table(kept: Kept) -> None:
    """All headline outcomes at the end, and what can be said of them."""
    arms, titles = configuration.arms_of(kept.state), results.named(kept)
    st.subheader(f"After {counted(kept.state.years, 'year')}", anchor=False)
    lines = []
    for outcome, row in rows(kept):
        words = results.VERDICTS[verdict(outcome, row["diff"], row["ci_lo"], row["ci_hi"])]
        lines.append(
            [
                f"{outcome.title}, {outcome.unit}",
                words,
                three(float(row["diff"])),
                f"{three(float(row['ci_lo']))} to {three(float(row['ci_hi']))}",
                *(three(float(row[arm])) for arm in arms),
            ]
        )
    heads = ["Outcome", "In words", "Difference", "95% of chance", *titles.values()]
    tabled(
        pd.DataFrame(lines, columns=heads).set_index(heads[0]).rename_axis(columns=heads[0]), "All headline outcomes"
    )
    st.caption(CHANCE_ONLY)


def tabled(table: pd.DataFrame, label: str) -> None:
    """A table that scrolls sideways by itself on a narrow screen; its index heads the rows."""
    html = table.rename_axis(index=None).to_html(border=0, na_rep="", float_format=three)
    st.html(f'<div class="lab-wide" role="region" aria-label="{escape(label)}" tabindex="0">{html}</div>')


def share(of: Visit, kept: Kept) -> None:
    """The address that says all this, the files that run it again, and the numbers."""
    st.subheader("Share and keep", anchor=False)
    st.write("The address of this page opens these results: send it to somebody, or keep it.")
    base = str(st.context.url or "").partition("?")[0]
    st.code(f"{base}?{urlencode(shared(of.page, kept.state))}", language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.download_button(
            "Download the configuration",
            configuration.archive(kept.state),
            "lab-config.zip",
            "application/zip",
            help=f"Unpack it and type: {configuration.command()}",
            on_click="ignore",
        )
        found = results.answer(kept)
        if found is not None:
            st.download_button(
                "Download the results as CSV", storage.csv_of(found.table), "summary.csv", "text/csv", on_click="ignore"
            )
    st.caption(f"On a command line the same comparison is: {configuration.command()}")
    st.caption(f"Watch this: two towns side by side, every citizen a dot: {configuration.command(question='watch')}")
