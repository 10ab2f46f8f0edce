"""With designs that change nothing, management that does nothing and no pool, radical redesign has paid and got nothing."""

import pandas as pd
import pytest

from experiments import cli
from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.verdicts.sentence import verdict

YEARS, REPLICATES = 4, 10
NOTHING_WORKS = ("behaviour.structure.designs=idle", "policy.radical.levers.pooling=null")


@pytest.mark.slow
@pytest.mark.parametrize("management", ["none", "only_effort"])
def test_it_is_nowhere_better_for_people_than_the_cut_alone(tmp_path, management):
    """It has spent on support and trials what the cut alone spends on services, and society has lost by it."""
    words = ("place=teaching_town", f"years={YEARS}", f"replicates={REPLICATES}", "components=0", f"out={tmp_path}/out")
    assert (
        cli.main(
            ["compare", "arms=[null,radical]", *words, *NOTHING_WORKS, f"behaviour.structure.management={management}"]
        )
        == 0
    )
    outcomes = load_outcomes()
    table = pd.read_csv(tmp_path / "out" / "summary.csv", keep_default_na=False)
    last = table[table["horizon"] == YEARS].set_index("outcome")
    people = {
        name: each for name, each in outcomes.items() if each.headline and each.family != "money" and name in last.index
    }
    assert len(people) > 8
    said = {name: verdict(each, *last.loc[name, ["diff", "ci_lo", "ci_hi"]]) for name, each in people.items()}
    assert "better" not in said.values(), said
    economics = pd.read_csv(tmp_path / "out" / "economics" / "economics.csv")
    rows = economics.query("comparison == 'radical minus null' and measure == 'social_value'").set_index("horizon")
    assert rows.loc[YEARS, "hi"] < 0, rows.loc[YEARS]
    assert management == "none" or "worse" in said.values(), said
