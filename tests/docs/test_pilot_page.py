"""What pilots would have shown is kept as it was found, and shown as it is kept."""

import json

import pandas as pd
import pytest
from made_country import lived

from experiments import cli

pytestmark = pytest.mark.unhurried


@pytest.fixture
def script(scripts, tmp_path, monkeypatch):
    """The script, with figures kept elsewhere."""
    found = scripts("zones")
    monkeypatch.setattr(found, "KEPT", tmp_path / "kept.json")
    return found


@pytest.fixture
def folder(script, tmp_path):
    """Two worlds that have been lived, and the pilots drawn from them."""
    for world in ("evidence", "null"):
        country = lived(tmp_path / f"country-{world}")
        words = ["zones=[6,12]", "judged=[2,6]", "drawn=10", "methods=[before_after,randomisation]", "workers=1"]
        assert cli.main(["pilot", f"nation={country}", *words, f"out={tmp_path / f'pilot-{world}'}"]) == 0
        said = {"model_version": "abc made up", "authorities": 40}
        (country / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    return tmp_path


def test_every_world_is_lived_before_pilots_are_drawn_from_it(script, tmp_path):
    commands = script.commands(tmp_path)
    assert [out.name for out in commands] == [
        f"{what}-{world}" for world in script.WORLDS for what in ("country", "pilot")
    ]
    assert f"nation={tmp_path / 'country-null'}" in commands[tmp_path / "pilot-null"]
    assert any("outcome_shares.value=[0.0,0.0,1.0,0.0]" in word for word in commands[tmp_path / "country-null"])


def test_what_is_kept_is_what_was_found(script, folder):
    script.KEPT.write_text(json.dumps(script.keep(folder, ("evidence", "null"))), encoding="utf-8")
    assert list(script.kept()) == ["evidence", "null"]
    found = pd.read_csv(folder / "pilot-null" / "answer.csv")
    kept = script.rows_of("null")
    assert len(kept) == len(found) == 5 * 2 * 2 * 2
    assert kept["bias"].to_numpy() == pytest.approx(found["bias"].to_numpy(), abs=1e-6)
    assert "model abc, 40 authorities" in script.said()
    assert "| by lot |" in script.ways()
    assert "| randomisation inference |" in script.methods()
    assert script.enough().count("| 12 |") == 2
    # One world made anew leaves the other as it was.
    assert script.keep(folder, ("evidence",))["null"] == script.kept()["null"]
