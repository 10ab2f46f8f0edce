"""What commands say, held against what somebody has read and approved; `approving` says how.

Two of them settle a place: what these say is of the real model, and is read again whenever results change.
"""

from pathlib import Path

import pytest
from approving import hold_against, masked, table_of

from experiments import cli

pytestmark = pytest.mark.slow

APPROVED = Path(__file__).parent / "approved"
TABLE = """Area,0-4,5-15,16-17,18-24,25-44,45-64,65-74,75-84,85+,IMD decile
North,"1,050","1,120",25,70,"1,260","1,270",100,60,25,2
South,60,130,25,90,280,250,90,50,25,9
"""
COMMANDS = {
    "help": ["--help"],
    "help_of_compare": ["compare", "--help"],
    "help_of_pilot": ["pilot", "--help"],
    "places": ["list", "places", "yorkshire"],
    "every_place": ["list", "places"],
    "policies": ["list", "policies"],
    "levers": ["list", "levers"],
    "challenges": ["list", "challenges"],
    "designs": ["list", "designs"],
    "structures": ["list", "structures"],
    "outcomes": ["list", "outcomes"],
    "a_policy": ["show", "policy=radical"],
    "a_zone": ["show", "policy=zones_from_2012"],
    "a_challenge": ["show", "challenge=obesity"],
    "a_design": ["show", "design=patient_hotel"],
    "a_place": ["show", "place=leeds"],
    "a_town": ["show", "place=teaching_town", "scale=0.2"],
    "evidence_of_a_challenge": ["evidence", "place=teaching_town", "challenge=obesity"],
    "evidence_of_a_lever": ["evidence", "place=teaching_town", "lever=pooling"],
    "evidence_of_a_grade": ["evidence", "place=teaching_town", "grade=A"],
    "lessons": ["lesson"],
    "no_such_place": ["compare", "place=milton"],
    "no_such_policy": ["compare", "arms=[rationing,radicle]"],
    "no_such_setting": ["compare", "policy.radical.levers.poling.strength=0.5"],
    "a_number_out_of_range": ["compare", "scale=7", "replicates=0", "years=-1"],
    "no_such_question": ["comparre"],
    "a_new_place": ["place", "new", "--areas", "my.csv", "--like", "leeds", "--out", "mine"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_was_approved(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    Path("my.csv").write_text(TABLE, encoding="utf-8")
    try:
        status = cli.main(COMMANDS[name])
    except SystemExit as left:
        status = left.code
    said = capsys.readouterr()
    came = {f"{name}.txt": masked(f"{said.out}\n{said.err}\nstatus {status}", tmp_path)}
    for file in sorted(Path("mine").rglob("*.csv")):
        came[f"{name}_{file.name}.txt"] = "\n".join(table_of(file)) + "\n"
    hold_against(APPROVED, came)
