"""Draws both worst cases, and every response under every structural alternative."""

from pathlib import Path

from experiments import storage
from experiments.questions.stress import structures_figure, worst_case_figure
from experiments.report.drawing import save
from experiments.report.style import house_style
from experiments.results.results_folder import read_manifest


def write_figures(out: Path) -> None:
    """Draws what has to be true for each worst case, and the structures by how well the first arm does."""
    tables, facts = storage.read_csvs(out, "worst_cases", "worst_inputs", "structures"), read_manifest(out)
    contrast = facts["contrast"]
    with house_style():
        for arm in contrast if "worst_cases" in tables else ():
            cases = tables["worst_cases"]
            case = cases[(cases["arm"] == arm) & (cases["response"] == facts["objective"])]
            inputs = tables["worst_inputs"][tables["worst_inputs"]["arm"] == arm]
            if len(case) and len(inputs):
                save(worst_case_figure.draw(case.iloc[0], inputs, contrast), out / "figures", f"worst_case_{arm}")
        if "structures" in tables:
            for response, rows in tables["structures"].groupby("response", sort=False):
                save(structures_figure.draw(rows, contrast), out / "figures", f"structures_{response}")
