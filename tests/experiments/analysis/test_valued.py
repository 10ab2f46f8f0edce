"""What society's side says of many points: counted as it was made, and turned where it was made to turn."""

import numpy as np
import pandas as pd
import pytest

from experiments import storage
from experiments.analysis.economics.appraisal import CLEAR_AGAINST, CLEAR_FOR, NO_ANSWER, TOO_FEW, TURNS
from experiments.analysis.verdicts import valued
from experiments.configuration import validate
from experiments.configuration.compose import compose

ARMS = ("radical", "rationing")


@pytest.fixture(scope="module")
def values():
    return validate.check(compose("compare", ["place=teaching_town"], [])).valuation


def verdicts(*rows):
    """Verdicts of points as set and under another judgement, and where each turns."""
    columns = {"point": [], "switch": [], "verdict": [], TURNS: []}
    for point, (here, otherwise, at) in enumerate(rows):
        for switch, verdict in (("as set", here), ("otherwise", otherwise)):
            for name, value in zip(columns, (point, switch, verdict, at), strict=True):
                columns[name].append(value)
    return pd.DataFrame(columns)


def test_verdicts_are_counted_over_points(values):
    found = verdicts(
        (CLEAR_FOR, CLEAR_FOR, 0.8),
        (CLEAR_AGAINST, NO_ANSWER, 1.2),
        (NO_ANSWER, NO_ANSWER, -3.0),
        (TOO_FEW, TOO_FEW, np.nan),
    )
    said = valued.over_points(found, values, ARMS)
    assert "clear for radical at 1, no answer at 1, clear against radical at 1 and too few runs to say at 1" in said
    assert "In one other way the verdict changes at 1 of 4 points" in said
    assert "at 2 of 4 points some worth of it from £0 to £1.50 turns the sign, from £0.80 to £1.20." in said
    still = valued.over_points(verdicts((CLEAR_FOR, CLEAR_FOR, np.nan), (NO_ANSWER, NO_ANSWER, 9.0)), values, ARMS)
    assert "In one other way the verdict changes at none of the 2 points" in still
    assert "at none of the 2 points does any worth of it from £0 to £1.50 turn the sign." in still


@pytest.mark.parametrize(
    ("gap", "outside", "verdict", "turns"),
    [(10.0, 0.0, CLEAR_FOR, np.nan), (-10.0, -20.0, CLEAR_AGAINST, 0.5), (-10.0, 25.0, CLEAR_AGAINST, 1.4)],
)
def test_a_known_gap_is_judged_and_turns_where_it_must(tmp_path, values, gap, outside, verdict, turns):
    """Radical gains so many pounds per head for society, and spends so much more or less a head outside the model."""
    storage.write_frame(tmp_path / "runs.parquet", lived(gap, outside, values))
    found = valued.at_points(tmp_path, values, 1, ARMS)
    assert set(found["point"]) == {0, 1}
    here = found[found["switch"] == "as set"]
    assert list(here["verdict"]) == [verdict] * 2
    assert here["social_value"].to_numpy() == pytest.approx(gap, abs=0.02)
    assert here[TURNS].to_numpy() == pytest.approx(turns, abs=0.01, nan_ok=True)
    said = valued.as_used(tmp_path, values, 1, ARMS)
    assert said.startswith(f"As valued here, with the numbers as used: {verdict} radical; judged otherwise in ")
    assert ("no worth of it" in said) == (not np.isfinite(turns))
    assert valued.of_pair(tmp_path, values, 1, ARMS, (1, 0)).startswith(f"As valued here: {verdict} radical")


@pytest.mark.parametrize(
    ("at", "unclear", "told"),
    [
        (None, None, "no worth of it from £0 to £1.50 turns this."),
        (9.0, 1.44, "there is no clear answer where it is worth more than £1.44."),
        (1.4, None, "this turns where it is worth more than £1.40."),
        (
            1.3,
            1.2,
            "the answer is no longer clear if it is worth more than £1.20, and from £1.30 on it leans the other way.",
        ),
        (
            0.3,
            0.8,
            "the answer is no longer clear if it is worth less than £0.80, and below £0.30 it leans the other way.",
        ),
        (1.021, 1.019, "from £1.02 on the answer leans the other way."),
    ],
)
def test_where_an_answer_is_clear_no_more_and_where_it_turns_are_told_apart(values, at, unclear, told):
    assert valued.turning(at, unclear, values) == f"A pound spent outside the model counts as £1.00; {told}"


def lived(gap, outside, values):
    """A year of nine replications of both arms at two points; money is pence of 1,000 people, the rest of the gap is gladness."""
    people, months = 1000, 12
    rows = []
    for point in (0, 1):
        for arm in ARMS:
            more = arm == "radical"
            glad = gap / values.per_effect * more  # a year's points of life satisfaction a head
            for replication in range(9):
                for month in range(months):
                    row = dict.fromkeys(("qalys", "carbon_tonnes", "informal_care_hours"), 0.0)
                    row |= {"point": point, "arm": arm, "replication": replication, "month": month, "citizens": people}
                    row["life_satisfaction_total"] = people * (7.0 + glad) + replication
                    row["spend.council_other.other_services"] = round(100 * people * (50 + outside * more) / months)
                    rows.append(row)
    return pd.DataFrame(rows).sort_values(["point", "arm", "replication", "month"], ignore_index=True)
