"""Titles, paths and names from other people's files are shown as they are: never as markup, never as commands to a terminal."""

import ast
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from rich.table import Table

import experiments
from experiments import cli
from experiments.errors import ConfigurationError, Fault
from experiments.questions.sweep import screen as sweep_screen
from experiments.running import progress
from experiments.text import streams, telling, terminal

BRACKETS = [
    "A [pilot] B",
    "[/x] ends",
    "[bold red]loud[/]",
    "[link=https://x.example]here[/link]",
    ":boom: [@click=f()]",
]
COMMANDS = {
    "colour": "Safe\x1b[31mred\x1b[0m",
    "clear the screen": "\x1b[2J\x1b[HAll is well",
    "title of the window": "\x1b]0;owned\x07name",
    "link": "\x1b]8;;https://x.example\x1b\\here\x1b]8;;\x1b\\",
    "eight bits": "a\x9b31mred",
    "back and over": "-99\b\b\b+42",
    "carriage return": "crises rise\rcrises fall",
    "turned round": "cut by \u202e03\u202c%",
    "isolated": "a\u2067b\u2069c",
    "line separator": "one\u2028two",
    "delete": "a\x7fb",
}
NEVER = "\x1b\x07\x08\r\x9b\x7f\u202e\u2067\u2028"


@pytest.mark.parametrize("text", BRACKETS)
def test_brackets_are_no_markup_wherever_they_stand(capsys, text):
    page = terminal.console()
    page.print(text)
    page.print(f"Results: {text}", style="dim", soft_wrap=True)
    terminal.table(page, [text], [[text]])
    titled = Table(title=text)
    titled.add_column(text)
    titled.add_row(text)
    page.print(titled)
    said = capsys.readouterr().out
    assert said.count(text) == 7 or said.replace("\n", "").count(text) == 7


@pytest.mark.parametrize("text", COMMANDS.values(), ids=COMMANDS)
def test_a_text_gives_a_terminal_no_commands(capsys, text):
    page = terminal.console()
    page.print(text, style="bold")
    terminal.table(page, [text], [[text]])
    telling.tell(text)
    said = capsys.readouterr()
    assert not set(NEVER) & set(said.out + said.err)
    assert said.err.strip() == streams.readable(text).strip() != text


@pytest.mark.parametrize("text", [*BRACKETS, *COMMANDS.values()])
def test_the_styles_of_a_terminal_are_still_ours(monkeypatch, text):
    screen = io.StringIO()
    page = terminal.Page(file=screen, force_terminal=True, color_system="standard", width=200)
    page.print(text, style="bold")
    plain = streams.readable(text)
    assert screen.getvalue() == "".join(f"\x1b[1m{line}\x1b[0m\n" for line in plain.split("\n"))


@pytest.mark.parametrize("text", ["a[/x]", "[pilot]", "\x1b[2Ja", ":boom:"])
def test_a_progress_bar_shows_the_title_as_it_is(monkeypatch, text):
    screen = io.StringIO()

    def page(**more):
        return terminal.Page(file=screen, force_terminal=True, width=200, color_system=None)

    monkeypatch.setattr(progress, "Page", page)
    with progress.shown_progress(text, 3, 3, True) as bar:
        bar.advance()
    assert streams.readable(text) in screen.getvalue()
    assert "\x1b[2Ja" not in screen.getvalue()


def written(folder, title):
    """A policy of a stranger's with this title."""
    (folder / "policy").mkdir(parents=True)
    policy = {
        "defaults": ["radical@_here_", "_self_"],
        "title": title,
        "summary": title,
        "source": f"assumption: {title}",
    }
    (folder / "policy/theirs.yaml").write_text(json.dumps(policy))


@pytest.mark.unhurried
@pytest.mark.parametrize("title", ["Radical [pilot]", "Gone [/x]", "\u202ehguoht tsrif"])
def test_a_strangers_policy_is_listed_and_shown_by_its_whole_title(tmp_path, monkeypatch, capsys, title):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "their [folder]", title)
    for words in (["show", "policy=theirs"], ["list", "policies"]):
        assert cli.main([*words, "--config-dir", "their [folder]"]) == 0
        said = capsys.readouterr()
        assert streams.readable(title) in said.out
        assert not set(NEVER) & set(said.out + said.err)


@pytest.mark.unhurried
def test_a_title_with_a_command_to_the_terminal_is_refused_without_obeying(tmp_path, capsys):
    written(tmp_path / "theirs", "Quiet \x1b[8mhidden\x1b[0m")
    assert cli.main(["show", "policy=theirs", "--config-dir", str(tmp_path / "theirs")]) == 2
    said = capsys.readouterr()
    assert "policy.theirs.title" in said.err
    assert not set(NEVER) & set(said.out + said.err)


def test_a_refusal_quotes_without_obeying(capsys):
    assert cli.main(["show", "policy=\x1b[2J[/x]"]) == 2
    said = capsys.readouterr().err
    assert "[2J[/x]" in said
    assert "\x1b" not in said
    assert cli.main(["list \x1b]0;owned\x07"]) == 2
    assert not {"\x1b", "\x07"} & set(capsys.readouterr().err)


def test_a_finished_sweep_by_a_stranger_is_shown_whole(tmp_path, capsys):
    out = tmp_path / "res[pilot]"
    out.mkdir()
    row = {"outcome": "crises", "horizon": 1, "diff": 1.0, "ci_lo": 0.5, "ci_hi": 1.5}
    rows = [{"point": k, "policy.a.levers.[x]": "[pilot]\x1b[2J[/k]", **row} for k in range(2)]
    pd.DataFrame(rows).to_parquet(out / "sweep.parquet")
    facts = {"contrast": ["a[/x]", "b[pilot]"], "place_title": "Town [/x]", "points": 2, "replicates": 4}
    (out / "manifest.json").write_text(json.dumps({**facts, "sentence": "Better [/b] \x1b[31mat all"}))
    sweep_screen.show(out)
    said = capsys.readouterr().out
    for text in ("Town [/x]", "a[/x] minus b[pilot]", "[pilot][2J[/k]", "Better [/b] [31mat all", "res[pilot]"):
        assert text in said
    assert "\x1b" not in said


def test_faults_may_hold_anything():
    message = ConfigurationError(Fault("place=[/x]", "\x1b[2J")).message()
    assert streams.readable(message) == message.replace("\x1b", "")


@pytest.mark.unhurried
def test_every_screen_is_made_in_one_place():
    """Whoever made a console, a column of words or a text of markup elsewhere would have to think of all this again."""
    root = Path(experiments.__file__).parent
    made = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
                "Console", "from_markup", "from_ansi",
            ):  # fmt: skip
                made.add(file.relative_to(root).as_posix())
            if isinstance(node, ast.keyword) and node.arg == "markup" and ast.unparse(node.value) != "False":
                made.add(file.relative_to(root).as_posix())
    assert made == set()
