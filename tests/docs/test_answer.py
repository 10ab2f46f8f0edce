"""The answer place by place is kept as it was run, and shown as it is kept."""

import json

import pandas as pd
import pytest


@pytest.fixture
def answer(scripts, tmp_path, monkeypatch):
    """The script, with figures kept elsewhere."""
    found = scripts("answer")
    monkeypatch.setattr(found, "KEPT", tmp_path / "kept.json")
    return found


def swept(answer, worlds, crises):
    """A sweep in which each point has a difference in crises of its own, and the first is good for society."""
    points = 1
    for values in worlds.keys.values():
        points *= len(values)
    rows, valued = [], []
    for point in range(points):
        for name in (*answer.OUTCOMES, *answer.ALSO):
            diff = crises + point if name == "crises" else 1.0
            better = "higher" if name == "life_satisfaction_in_need" else "lower"
            row = {
                "point": point,
                "outcome": name,
                "better": better,
                "rationing": 50.0,
                "radical": 50.0 + diff,
                "diff": diff,
            }
            rows.append({**row, "ci_lo": diff - 0.5, "ci_hi": diff + 0.5})
        verdict = "clear for" if point == 0 else "clear against"
        account = {"social_value": 12.0 - point, "lo": 11.0 - point, "hi": 13.0 - point, "verdict": verdict}
        valued += [{"point": point, "switch": switch, **account} for switch in ("as set", "another way")]
    return pd.DataFrame(rows), pd.DataFrame(valued)


@pytest.fixture
def runs(answer, tmp_path):
    """Finished runs of every place."""
    folder = tmp_path / "runs"
    for place in answer.PLACES:
        for name, worlds in answer.WORLDS.items():
            out = folder / f"{place}-{name}"
            out.mkdir(parents=True)
            found, valued = swept(answer, worlds, -3.0)
            found.to_csv(out / "sweep.csv", index=False)
            valued.to_csv(out / answer.VALUED, index=False)
        out = folder / f"{place}-parts"
        out.mkdir()
        parts = {"redesigned services": -1.0, "management (a judgement)": -2.0, answer.WHOLE: -3.0, answer.ELSE: 9.0}
        told = [
            {"measure": "crises", "part": part, "share": each, "ci_lo": each - 0.5, "ci_hi": each + 0.5}
            for part, each in parts.items()
        ]
        pd.DataFrame(told).to_csv(out / "attribution.csv", index=False)
        (out / "manifest.json").write_text(json.dumps({"model_version": "0123456789ab numpy 2"}))
    return folder


def test_what_is_kept_is_what_was_run_and_is_shown(answer, runs):
    answer.KEPT.write_text(json.dumps(answer.keep(runs)))
    outcomes = answer.by_outcome().splitlines()
    assert len(outcomes) == 2 + len(answer.OUTCOMES)
    # the second point of the cut: its own
    assert outcomes[2].startswith("| Crises begun, per 1,000 people | -2.0 ±0.5, better |")
    assert outcomes[3].startswith("| Established need, points | +1.0 ±0.5, worse |")
    made = answer.parts().splitlines()
    assert made[2].startswith("| redesigned services | -1.0 ±0.5 |")
    assert made[3].startswith("| management (a judgement) | -2.0 ±0.5 |")
    assert made[4].startswith("| **whole difference** | -3.0 ±0.5 |")
    assert len(made) == 2 + 3, "what else there would be without the other's levers is no part"
    said = answer.needs().splitlines()
    ahead = "clearly ahead in 1 of 12 worlds (none work, closed never), clearly behind in 11; "
    costs = "if freer management costs effort and brings nothing: clear against (+10 ±1, £ a head); "
    saves = "if prevention saves no other agency cash: clear for (+12 ±1, £ a head)."
    assert said[0] == f"- **Croydon**: {ahead}{costs}{saves}"
    assert said[-1] == "Made by version 0123456789ab of the model."
    designs = answer.of_designs().splitlines()
    assert designs[2].startswith("| none work | never | -3.0 ±0.5; clear for, +12 ±1 |")
    assert designs[3].startswith("| none work | 37% a year, as in use | -2.0 ±0.5; clear against, +11 ±1 |")
    assert len(designs) == 2 + 12
    assert len(answer.one_by_one().splitlines()) == 2 + 3 + 2 + 3 + 3 + 2
    savings = answer.of_savings().splitlines()
    assert savings[2] == "| Croydon | 20% | never | 51% | +1.0 ±0.5 | -3.0 ±0.5 | +1.0 ±0.5 |"
    assert len(savings) == 2 + 9 * len(answer.PLACES)


def test_of_other_places_what_was_kept_stays(answer, runs):
    answer.KEPT.write_text(json.dumps({"westminster": "as it was"}))
    assert answer.keep(runs, ["croydon"])["westminster"] == "as it was"


def test_every_run_is_a_question_with_a_folder_of_its_own(answer, tmp_path, monkeypatch, capsys):
    asked = answer.commands(tmp_path)
    assert sorted({words[0] for words in asked.values()}) == ["attribute", "sweep"]
    assert len(asked) == len(answer.PLACES) * (len(answer.WORLDS) + 1)
    monkeypatch.setattr(answer.subprocess, "run", lambda *given, **more: pytest.fail("something was run"))
    assert len(answer.commands(tmp_path, ["croydon"])) == len(answer.WORLDS) + 1
    assert answer.main([]) == 2
    assert answer.main([str(tmp_path), "atlantis"]) == 2
    assert answer.main(["--help"]) == 0
    assert "docs/answer.py FOLDER" in capsys.readouterr().out


@pytest.mark.slow
def test_every_world_can_be_asked_for(answer, tmp_path, monkeypatch):
    """Each sweep of a place is planned as it stands, without a run."""
    from experiments.configuration.compose import planned
    from experiments.questions import question

    for out, words in answer.commands(tmp_path).items():
        if out.name.startswith("croydon"):
            assert planned(question(words[0]), list(words[1:]), []) is not None


def test_what_the_page_says_of_judgements_is_what_was_found(scripts):
    """The page says so in words of its own: an answer made anew that is another must change them."""
    answer, fewer = scripts("answer"), 0
    for of in answer.kept().values():
        said = {
            (name, point["world"][0]): point["society"]["verdict"]
            for name in ("management", "prevention")
            for point in of["worlds"][name]
        }
        assert said["management", answer.COSTS] == "clear against"
        assert said["management", "nothing"] == said["prevention", answer.NOTHING] == "no answer"
        crises = {point["world"][0]: point["outcomes"]["crises"] for point in of["worlds"]["management"]}
        assert abs(crises[answer.COSTS]["diff"]) < 0.3, "about as many"
        verdicts = [crises["nothing"]["verdict"], of["worlds"]["prevention"][0]["outcomes"]["crises"]["verdict"]]
        fewer += verdicts.count("better")
    assert fewer == 6, "six of eight"
