"""How the difference depends on the depth of the cut is kept as it was run, and shown as it is kept."""

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def depth(scripts, tmp_path, monkeypatch):
    """The script, with figures kept elsewhere."""
    found = scripts("depth")
    monkeypatch.setattr(found, "KEPT", tmp_path / "kept.json")
    return found


@pytest.fixture
def runs(depth, tmp_path):
    """Finished runs in which management is worth 2 crises at every cut of nothing, and one more for each ten points."""
    folder = tmp_path / "runs"
    luck = np.random.default_rng(1).normal(size=9)
    rows = []
    for cut in depth.CUTS:
        share = 0.149 if cut == "place" else float(cut)
        management = -2 - 10 * share
        out = folder / f"parts-{cut}"
        out.mkdir(parents=True)
        shares = {"redesigned services": 1.0, depth.MANAGEMENT: management, depth.WHOLE: 1 + management}
        told = [
            {
                "measure": "crises",
                "part": part,
                "share": each,
                "ci_lo": each - 1,
                "ci_hi": each + 1,
                "last_in_share": each,
            }
            for part, each in shares.items()
        ]
        pd.DataFrame(told).to_csv(out / "attribution.csv", index=False)
        pairs = pd.DataFrame({"measure": "crises", "replication": range(9), depth.ELSE: 0.0})
        pairs = pairs.assign(**{part: each + luck * (part == depth.WHOLE) for part, each in shares.items()})
        pairs.to_parquet(out / "attribution_by_replication.parquet")
        rows += [
            {depth.EVERY_CUT: cut, "outcome": name, "rationing": 40.0, "diff": -1.5, "ci_lo": -2.0, "ci_hi": -1.0}
            for name in depth.OUTCOMES
        ]
    (folder / "sweep").mkdir()
    pd.DataFrame(rows).to_csv(folder / "sweep" / "sweep.csv", index=False)
    return folder


def test_what_is_kept_is_what_was_run_and_is_shown(depth, runs):
    kept = depth.keep(runs)
    depth.KEPT.write_text(json.dumps(kept))
    assert [row["cut"] for row in kept["crises"]] == list(depth.CUTS)
    assert [row[depth.NO_MANAGEMENT] for row in kept["crises"]] == pytest.approx([1.0] * 6)
    assert kept["ten points"][depth.MANAGEMENT]["diff"] == pytest.approx(-1.0)
    assert kept["ten points"]["redesigned services"]["diff"] == pytest.approx(0.0, abs=1e-12)
    shown = depth.by_depth()
    assert shown.count("40.0; -1.5 ±0.5") == 6 * len(depth.OUTCOMES)
    assert "| Croydon's own, 14.9% |" in shown
    parts = depth.parts_by_depth()
    assert "| 40% | +1.0 ±1.0 | -6.0 ±1.0 | -5.0 ±1.0 | +1.00 |" in parts
    assert "*for each ten points more*" in parts


def test_every_run_is_a_question_with_a_folder_of_its_own(depth, tmp_path, monkeypatch, capsys):
    asked = depth.commands(tmp_path)
    assert [words[0] for words in asked.values()] == ["sweep", *["attribute"] * len(depth.CUTS)]
    monkeypatch.setattr(depth.subprocess, "run", lambda *given, **more: pytest.fail("something was run"))
    assert depth.main([]) == 2
    assert depth.main(["--help"]) == 0
    assert "docs/depth.py FOLDER" in capsys.readouterr().out
