"""One screen of a calibration: what was ruled out, what agrees, what was learned, and whether known worlds were found."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from experiments import storage
from experiments.analysis.uncertainty import approximate_bayes as abc
from experiments.questions.calibrate.outcome import FIGURES, PARAMETERS, POSTERIOR, SHOWN, WAVES, answer
from experiments.results import results_folder
from experiments.text.terminal import Page


def show(out: Path) -> None:
    """One screen: what was ruled out, what agrees and what does not, what was learned, and whether known worlds were found."""
    about = results_folder.read_manifest(out)
    waves, agreement = storage.read_csv(out / WAVES), storage.read_csv(out / FIGURES)
    parameters = storage.read_csv(out / PARAMETERS)
    console = Page(width=118)
    console.print(answer(about["place_title"], about["kept"]), style="bold")
    console.print(
        "Policies were not looked at. The sets are equally likely; they say how far the numbers may differ together.\n"
    )
    for row in waves.to_dict("records"):
        console.print(f"  {_of_wave(row)}")
    console.print()
    console.print(_table_of_figures(agreement))
    console.print(_table_of_parameters(parameters))
    verdicts = parameters["verdict"].value_counts()
    told = ", ".join(f"{verdicts.get(v, 0)} {v}" for v in abc.VERDICTS)
    console.print(f"Of {len(parameters)} numbers varied: {told}. What is not identified keeps its whole range.")
    if about.get("recovery"):
        console.print(_of_recovery(about["recovery"]))
    console.print(f"\nEverything is in {out}; the posterior is {out / POSTERIOR}")


def _of_wave(row: dict[str, Any]) -> str:
    """One wave in words."""
    name = row["wave"] if row["wave"] == "sample" else f"wave {row['wave']}"
    own = f"{100 * row['agree_by_own_run']:.0f}% of {row['runs']} runs agree by what they measured themselves"
    left = row.get("share_of_prior_left")
    if left is None or np.isnan(left):
        return f"{name}: {own}"
    share = f"{100 * left:.3g}%" if left else f"less than 1 in {row['candidates']:,.0f}"
    return f"{name}: {own}; {share} of the prior is left"


def _table_of_figures(agreement: pd.DataFrame) -> Table:
    """Every figure: observed, usual numbers, sets kept, and how far away in what is allowed."""
    table = Table(
        title="Figures before April 2011 (away: distance in standard deviations of error and discrepancy)",
        title_justify="left",
    )
    for name in ("figure", "", "observed", "usual", "kept: mean", "90%", "away"):
        table.add_column(name, justify="left" if name in ("figure", "") else "right")
    for row in agreement.to_dict("records"):
        table.add_row(
            row["figure"],
            "held out" if row["role"] == "held out" else "",
            f"{row['observed']:.3g}",
            f"{row['usual_mean']:.3g}",
            f"{row['posterior_mean']:.3g}",
            f"{row['posterior_low']:.3g} to {row['posterior_high']:.3g}",
            f"{row['posterior_away']:.1f}",
        )
    return table


def _table_of_parameters(parameters: pd.DataFrame) -> Table:
    """The numbers of which most was learned."""
    table = Table(title=f"The {SHOWN} numbers of which most was learned", title_justify="left")
    for name in ("number", "used", "prior 90%", "posterior 90%", "narrower by"):
        table.add_column(name, justify="left" if name == "number" else "right")
    for row in parameters.sort_values("contraction", ascending=False).head(SHOWN).to_dict("records"):
        table.add_row(
            row["key"],
            f"{row['used']:.3g}",
            f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
            f"{row['posterior_low']:.3g} to {row['posterior_high']:.3g}",
            f"{100 * row['contraction']:.0f}%",
        )
    return table


def _of_recovery(brief: dict[str, float]) -> str:
    """Whether known worlds were found again, in words."""
    return (
        f"Known worlds: {brief['truths']} sets were calibrated to as if they were England; their 90% intervals held the truth in "
        f"{100 * brief['covered']:.0f}% of {brief['intervals']} cases, and in {100 * brief['covered_of_best']:.0f}% of "
        f"{brief['truths'] * brief['best']} for the {brief['best']} numbers above (true and found correlate by "
        f"{brief['correlation_of_best']:.2f})."
    )
