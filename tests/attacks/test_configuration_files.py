"""Folders of configuration that somebody else sent: whatever lies in them is data or refused, and runs nothing."""

import os
import time
from pathlib import Path

import pytest
import yaml
from omegaconf import OmegaConf

import configs
from experiments import cli, questions
from experiments.configuration import options
from experiments.configuration.command_line import check
from experiments.configuration.compose import compose, planned
from experiments.configuration.declared import declared
from experiments.configuration.files import user_files
from experiments.configuration.files.user_files import groups, read_folders
from experiments.configuration.settings import Settings
from experiments.errors import ConfigurationError
from experiments.questions import question

pytestmark = pytest.mark.slow  # two dozen configurations are put together

SHIPPED = Path(configs.__file__).parent
POLICY = "title: T\nsummary: s\nsource: x\nlevers: {}\n"
PAYLOAD = "_target_: logging.FileHandler, filename: {canary}"
"""Makes a file where Hydra is let to make an object of it; harmless."""

POSITIONS = {
    "callback": "hydra: {{callbacks: {{c: {{{payload}}}}}}}\n",
    "launcher": "hydra: {{launcher: {{{payload}}}}}\ntitle: x\n",
    "hydra lower down": "levers: {{hydra: {{run: {{dir: /tmp}}}}}}\n",
    "at the top": "{{{payload}}}\n",
    "in a mapping": "a: {{b: {{c: {{{payload}}}}}}}\n",
    "in a list": "a: [1, [2, {{{payload}}}]]\n",
    "behind an anchor": "a: &a {{b: {{{payload}}}}}\nc: *a\n",
    "merged": "a:\n  <<: {{{payload}}}\n",
    "in quotes": "a: {{'_target_': logging.FileHandler, filename: '{canary}'}}\n",
    "partial": "a: {{_partial_: true, _args_: ['{canary}']}}\n",
    "tag": "a: !!python/object/apply:logging.FileHandler ['{canary}']\n",
    "a tag of its own": "%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system ''\n",
    "environment": "title: '${{oc.env:HOME}}'\n",
    "nested resolver": "title: 'a ${{oc.decode:${{oc.env:HOME}}}}'\n",
    "resolver in a list": "a: ['b', '${{oc.create:{{}}}}']\n",
    "Hydra's own values": "title: ${{hydra.runtime.cwd}}\n",
    "a key looked up": "title: '${{${{a}}}}'\n",
    "another package": "defaults: ['/" + "extras/x@_global_', _self_]\n",
    "another package by key": "defaults: [{{'/policy@hydra.callbacks': radical}}, _self_]\n",
    "override of Hydra": "defaults: [{{'override hydra/launcher': basic}}, _self_]\n",
    "optional": "defaults: [{{'optional place': croydon}}, _self_]\n",
    "a path": "defaults: ['../../x', _self_]\n",
    "header": "# @package hydra.callbacks\nc: {{x: 1}}\n",
    "second header": "# words\n#  @package hydra\nrun: {{dir: /tmp}}\n",
}


def folder_of(where, files):
    """A folder with these files, by path."""
    for name, text in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return where


def generated(canary):
    """A file for every group and position, each with something that must not happen."""
    payload = PAYLOAD.format(canary=canary)
    return {
        f"{group}/{group}_{number}.yaml": text.format(payload=payload, canary=canary)
        for group in groups()
        for number, text in enumerate(POSITIONS.values())
    }


def refusal_of(files, tmp_path):
    """What is said of a folder with these files; nothing where it is accepted."""
    try:
        read_folders([folder_of(tmp_path / "my", files)])
    except ConfigurationError as refusal:
        return refusal.message()
    return None


def test_no_position_of_any_file_runs_anything(tmp_path):
    canary = tmp_path / "CANARY"
    files = generated(canary)
    assert len(files) >= 200
    for number, (name, text) in enumerate(files.items()):
        said = refusal_of({name: text}, tmp_path / str(number))
        assert said is not None, f"{name} was accepted:\n{text}"
        assert name in said, said
    assert not canary.exists()


def test_a_whole_command_in_a_folder_of_such_files_runs_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    canary = tmp_path / "CANARY"
    folder_of(tmp_path / "my", generated(canary))
    folder_of(tmp_path, {"hydra_plugins/evil.py": f"open({str(canary)!r}, 'w')", "my/extras/x.yaml": "hydra: {}\n"})
    monkeypatch.syspath_prepend(str(tmp_path))
    for words in (["years=0"], ["--cfg", "all"], ["--multirun", "seed=1,2"], ["--info", "plugins"]):
        assert cli.main(["compare", "--config-dir", "my", "place=teaching_town", *words]) == 2
        assert "in these folders" in capsys.readouterr().err
    assert not canary.exists()
    assert not (tmp_path / "results").exists()


def test_what_is_in_no_group_is_never_opened(tmp_path):
    folder = folder_of(
        tmp_path / "my", {"extras/x.yaml": "hydra: {", "compare.yaml": "!!python/x {", "policy/mine.yaml": POLICY}
    )
    assert [file.option.name for file in read_folders([folder])] == ["mine"]


@pytest.mark.parametrize("group", groups())
def test_every_shipped_file_may_be_a_users_and_says_the_same(group, tmp_path):
    shipped = {name: (SHIPPED / group / f"{name}.yaml").read_text() for name in options.in_full(group)}
    folder = folder_of(tmp_path / "my", {f"{group}/my_{name}.yaml": text for name, text in shipped.items()})
    files = {file.option.name: file for file in read_folders([folder])}
    assert set(files) == {f"my_{name}" for name in shipped}
    for name, text in shipped.items():
        by_hydra = OmegaConf.to_container(OmegaConf.load(SHIPPED / group / f"{name}.yaml"))
        assert files[f"my_{name}"].node == by_hydra
        assert files[f"my_{name}"].package == ("_global_" if "@package _global_" in text else None)


def bomb():
    """Nine to the power of eight texts."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 8)])


def circle(*names):
    """Policies of which each begins from the next."""
    following = [*names[1:], names[0]]
    return {
        f"policy/{a}.yaml": f"defaults: [{b}@_here_, _self_]\n{POLICY}" for a, b in zip(names, following, strict=True)
    }


def doubling(layers):
    """Policies of which each begins from two that begin from two, and so on."""
    files = {
        f"policy/p{k}{side}.yaml": f"defaults: [p{k + 1}a@_here_, p{k + 1}b@_here_, _self_]\n{POLICY}"
        for k in range(layers)
        for side in "ab"
    }
    return files | {f"policy/p{layers}{side}.yaml": POLICY for side in "ab"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"policy/mine.yaml": bomb()}, ["mine.yaml", "more than 50,000 values"]),
        ({"policy/mine.yaml": "a: &a {b: *a}"}, ["mine.yaml", "*a inside of what it stands for"]),
        ({"policy/mine.yaml": "a: " + "[" * 5000 + "]" * 5000}, ["mine.yaml", "layers deep"]),
        ({"policy/mine.yaml": "a: b\n" * 2 + POLICY}, ["mine.yaml", "has the key a twice"]),
        ({"policy/mine.yaml": POLICY + "# " + "x" * 300_000}, ["mine.yaml", "larger than 250,000 bytes"]),
        ({"policy/mine.yaml": POLICY.replace("T", "Café").encode("latin-1")}, ["mine.yaml", "not text in UTF-8"]),
        ({"policy/mine.yaml": POLICY.encode("utf-16")}, ["mine.yaml", "not text in UTF-8"]),
        ({"policy/mine.yaml": POLICY.encode("utf-16-le")}, ["mine.yaml", "NUL"]),
        ({"policy/mine.yaml": "a: !!int '0x10'\n"}, ["mine.yaml", "holds the tag"]),
        ({"policy/mine.yaml": "- a\n- b\n"}, ["mine.yaml", "must be a mapping"]),
        ({"policy/mine.yaml": "null: 1\n"}, ["mine.yaml", "key null", "in quotes"]),
        ({"policy/mine.yaml": POLICY + "---\n" + POLICY}, ["mine.yaml", "several documents"]),
        ({"policy/mine.yaml": "title: ???\n"}, ["mine.yaml", "missing"]),
        ({"policy/mine.yaml": "title: [\n"}, ["mine.yaml", "not readable YAML"]),
        ({"policy/mine.yml": POLICY}, ["mine.yml", "rename the file"]),
        ({"policies/mine.yaml": POLICY}, ["policies", "did you mean policy?"]),
        ({"hydra/launcher/mine.yaml": POLICY}, ["hydra", "come from the package alone"]),
        ({"policy/mine.yaml": "defaults: [radicle@_here_, _self_]\n"}, ["mine.yaml", "did you mean radical?"]),
        ({"policy/mine.yaml": "defaults: [null, _self_]\n"}, ["mine.yaml", "in quotes"]),
        ({"policy/mine.yaml": "defaults: radical\n"}, ["mine.yaml", "must be a list"]),
        (circle("a"), ["begins from itself: a -> a"]),
        (circle("a", "b"), ["begins from itself: a -> b -> a"]),
        (circle("a", "b", "c"), ["begins from itself"]),
        (doubling(12), ["begins from more than 50 files"]),
        ({"place/mine.yaml": "areas_file: /dev/zero\n"}, ["mine.yaml", "leads out of the folder"]),
        ({"place/mine.yaml": "areas_file: ../../secret.csv\n"}, ["mine.yaml", "leads out of the folder"]),
        ({"demography/mine.yaml": "life_table_file: ~/x.csv\n"}, ["mine.yaml", "leads out of the folder"]),
        ({"experiment/e.yaml": "# @package _global_\nout: /etc/me\n"}, ["e.yaml", "out", "not for a file"]),
        (
            {"experiment/e.yaml": "# @package _global_\nrunner: dask\nscheduler: tcp://evil:1\n"},
            ["runner", "scheduler", "not for a file"],
        ),
    ],
)
def test_what_is_too_much_or_no_data_is_refused_at_once_with_its_file(files, expected, tmp_path):
    began = time.process_time()
    said = refusal_of(files, tmp_path)
    assert said is not None
    assert [part for part in expected if part not in said] == [], said
    assert time.process_time() - began < 5


HARMLESS = {"workers", "threads", "profile", "benches", "waiting", "minutes", "kept"}
"""Settings that change no result and say nothing of where anything is run, written or reached."""


def test_every_setting_that_changes_no_result_is_known_to_be_harmless_in_a_file_or_refused_there():
    for name in questions.declared():
        for model in (Settings, question(name).settings):
            idle = {key for key, setting in declared(model).items() if setting.affects == "nothing"}
            assert idle <= HARMLESS | set(user_files.NOT_IN_FILES), name


def test_every_file_that_is_wrong_is_named_whether_or_not_it_was_chosen(tmp_path):
    said = refusal_of({"experiment/never.yaml": "hydra: {}\n", "valuation/other.yaml": "_target_: x\n"}, tmp_path)
    assert "never.yaml" in said
    assert "other.yaml" in said


def test_what_is_no_file_or_leads_elsewhere_is_refused_and_nobody_waits(tmp_path):
    folder = folder_of(tmp_path / "my", {"policy/mine.yaml": POLICY})
    elsewhere = folder_of(tmp_path / "elsewhere", {"secret.yaml": POLICY})
    made = {
        "a link out": lambda path: path.symlink_to(elsewhere / "secret.yaml"),
        "a link to a device": lambda path: path.symlink_to("/dev/zero"),
        "a link to itself": lambda path: path.symlink_to(path),
        "a folder": lambda path: path.mkdir(),
        "a queue": os.mkfifo,
    }
    for name, make in made.items():
        path = folder / "policy" / "odd.yaml"
        make(path)
        with pytest.raises(ConfigurationError, match=r"odd\.yaml") as refusal:
            read_folders([folder])
        assert "readable YAML" not in str(refusal.value), name
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    (folder / "policy" / "inside.yaml").symlink_to(folder / "policy" / "mine.yaml")
    assert len(read_folders([folder])) == 2


def test_a_link_beside_a_place_cannot_show_what_lies_elsewhere(tmp_path):
    folder = folder_of(
        tmp_path / "my", {"place/mine.yaml": "defaults: [teaching_town@_here_, _self_]\nareas_file: a.csv\n"}
    )
    (folder / "place" / "a.csv").symlink_to(folder_of(tmp_path, {"secret.txt": "hunter2"}) / "secret.txt")
    with pytest.raises(ConfigurationError, match="leads out of") as refusal:
        planned(question("compare"), ["place=mine"], [folder])
    assert "hunter2" not in str(refusal.value)


def test_what_other_programs_leave_in_folders_is_passed_over(tmp_path):
    files = {
        "policy/._mine.yaml": b"\x00\x05\x16\x07",
        "policy/.hidden.yaml": "hydra: {}",
        "policy/mine.yaml~": "x",
        ".git/x": "",
    }
    folder = folder_of(tmp_path / "my", {**files, "policy/mine.yaml": b"\xef\xbb\xbf" + POLICY.encode()})
    assert [file.option.name for file in read_folders([folder])] == ["mine"]
    assert "mine" in options.find("policy", [folder])


@pytest.mark.parametrize(
    "lines",
    [
        {f"k{n}": dict.fromkeys("ab", f"${{policy.mine.k{n + 1}}}") for n in range(40)} | {"k40": 1},
        {"a": "${policy.mine.b}", "b": "${policy.mine.a}"},
        {"a": "${policy.mine.a}"},
        {"a": "${policy.mine.b}", "b": "${years}"},
        {"a": "${policy}"},
    ],
    ids=["doubling", "a circle", "itself", "two steps", "everything"],
)
def test_values_of_other_keys_neither_go_in_circles_nor_grow(lines, tmp_path):
    folder = folder_of(tmp_path / "my", {"policy/mine.yaml": POLICY + yaml.safe_dump(lines)})
    with pytest.raises(ConfigurationError, match="more than one plain value"):
        compose("compare", ["place=teaching_town"], [folder])


def test_what_is_composed_is_what_was_read_and_a_value_may_be_that_of_another_key(tmp_path, monkeypatch):
    folder = folder_of(tmp_path / "my", {"policy/mine.yaml": POLICY.replace("title: T", "title: ${engine}")})
    read = user_files.read_folders

    def and_then_changed(folders):
        found = read(folders)
        (folder / "policy" / "mine.yaml").write_text("hydra: {callbacks: {c: {_target_: logging.FileHandler}}}\n")
        return found

    monkeypatch.setattr("experiments.configuration.files.in_hydra.read_folders", and_then_changed)
    found = compose("compare", ["place=teaching_town"], [folder])
    assert found.data["policy"]["mine"]["title"] == "fast"


def test_a_folder_that_is_no_longer_named_is_forgotten(tmp_path):
    folder = folder_of(tmp_path / "my", {"place/mine.yaml": "defaults: [teaching_town@_here_, _self_]\n"})
    assert compose("compare", ["place=mine"], [folder]).choices["place"] == "mine"
    with pytest.raises(ConfigurationError, match="there is no place 'mine'"):
        compose("compare", ["place=mine"], [])


@pytest.mark.parametrize(
    "words",
    [
        ["hydra.searchpath=[file:///tmp]"],
        ["+hydra.callbacks.c._target_=os.system"],
        ["~hydra.job_logging"],
        ["hydra/launcher=basic"],
        ["+hydra/callbacks=x"],
        ["hydra.run.dir=/etc/x"],
        ["hydra.job.chdir=true"],
        ["+policy@hydra.callbacks=radical"],
        ["+policy@_global_=mine"],
        ["hydra.sweeper._target_=os.system"],
        ["hydra.sweeper.params={a: {_target_: os.system}}"],
        ["policy.radical.title=${oc.env:HOME}"],
        ["policy.radical.title='a ${oc.decode:${oc.env:HOME}}'"],
        ["out=${now:%Y}"],
        ["out=${${seed}}"],
        ["experiment=../../etc/x"],
        ["+experiment=/etc/evil"],
        ["--config-path", "/tmp"],
        ["--config-path=/tmp"],
        ["-cp", "/tmp"],
        ["--config-name=evil"],
        ["-cn", "evil"],
        ["--experimental-rerun", "job.pickle"],
        ["--experimental-rerun=job.pickle"],
        ["--experimental", "job.pickle"],
        ["--config-d", "/tmp"],
        ["-cd/tmp"],
        ["-cdir"],
        ["--"],
    ],
    ids=" ".join,
)
def test_the_command_line_asks_nothing_else_of_hydra(words):
    with pytest.raises(ConfigurationError) as refusal:
        check(words)
    assert words[0] in refusal.value.message()


@pytest.mark.parametrize(
    "words",
    [
        ["--multirun", "seed=1,2", "hydra.sweep.dir=here", "hydra.sweep.subdir=${seed}", "hydra.mode=MULTIRUN"],
        ["+hydra.sweeper.params.seed=1,2", "hydra.sweeper.max_batch_size=2"],
        ["--cfg", "job", "--package", "hydra", "--info=config", "-i", "all", "-m", "-h", "--cfg=job"],
        [
            "out=results/${seed}",
            r"policy.radical.title='costs \${5} and \${oc.env:HOME} as text'",
            "scale=${place.usual_scale}",
        ],
        ["--config-dir", "my/", "--config-dir=other", "-cd", "x", "-cd=y", "place=a,b", "place=glob(*)"],
    ],
    ids=" ".join,
)
def test_what_a_command_line_may_hold_is_let_through(words):
    check(words)


def test_a_sweep_cannot_smuggle_a_lookup_in_by_its_values(monkeypatch):
    monkeypatch.setenv("SECRET", "hunter2")
    words = ["place=teaching_town", "grid={place.usual_scale: ['\\${oc.env:SECRET}']}"]
    with pytest.raises(ConfigurationError) as refusal:
        planned(question("sweep"), words, [])
    assert "hunter2" not in refusal.value.message()
    assert "place.usual_scale=" in refusal.value.message()


def test_a_pattern_names_no_code_but_the_models(tmp_path):
    text = (SHIPPED / "pattern" / "community_care.yaml").read_text() + "engine: antigravity\n"
    folder = folder_of(tmp_path / "my", {"pattern/mine.yaml": text})
    with pytest.raises(ConfigurationError, match="engine=antigravity"):
        planned(question("patterns"), ["only=[mine]"], [folder])
