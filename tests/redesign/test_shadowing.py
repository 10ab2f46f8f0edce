"""Where a user's folder holds packages called like ours, the first line says so, and Python says it in a notebook."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from experiments import cli
from redesign import __main__ as command
from redesign import shadowing


def run(folder, *words):
    """What a new Python says that is started in a folder."""
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)


def test_the_command_is_the_same_function():
    assert command.main is cli.main


def test_the_module_is_the_command(tmp_path):
    done = run(tmp_path, "-m", "redesign", "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("redesign ")
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["experiments/__init__.py", "simulation/__init__.py", "configs.py"])
def test_a_folder_of_the_same_name_is_named_where_a_script_would_read_it(tmp_path, name):
    """The command passes it over (tests/attacks/test_shadowing.py); what a script finds first is the script's affair."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("raise SystemExit('the module of the user was read')")
    assert run(tmp_path, "-m", "redesign", "--version").returncode == 0
    asked = run(tmp_path, "-c", "import redesign; redesign.compare")
    assert "ImportError: redesign: " + str(tmp_path / name.partition("/")[0]) in asked.stderr
    assert "python -P your_script.py" in asked.stderr


def test_a_package_that_was_loaded_in_place_of_ours_is_named(monkeypatch, tmp_path):
    (tmp_path / "configs.py").write_text("")
    monkeypatch.setitem(sys.modules, "configs", SimpleNamespace(__file__=str(tmp_path / "configs.py")))
    assert shadowing.stranger().startswith(f"redesign: {tmp_path / 'configs.py'} is found")


def test_a_folder_without_a_package_is_no_trouble(tmp_path):
    (tmp_path / "experiments").mkdir()
    assert run(tmp_path, "-m", "redesign", "--version").returncode == 0


def test_nothing_hides_ours_here():
    assert shadowing.stranger() == ""
