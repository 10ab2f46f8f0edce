"""What may stand on a question's command line besides its settings: some of Hydra's options, and where the user's files are."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from experiments.configuration.files.user_files import OF_HYDRA, groups
from experiments.configuration.options import ALL_AT_ONCE
from experiments.configuration.settings import Settings
from experiments.errors import ConfigurationError, Fault, listed, nearest

FOLDERS = ("--config-dir", "-cd")
TAKES_VALUE = ("--cfg", "-c", "--package", "-p", *FOLDERS)
MAY_TAKE = {"--info": ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")}
MAY_TAKE["-i"] = MAY_TAKE["--info"]
ALONE = (
    "--help",
    "-h",
    "--hydra-help",
    "--version",
    "--resolve",
    "--run",
    "-r",
    "--multirun",
    "-m",
    "--shell-completion",
    "-sc",
)
OPTIONS = (*ALONE, *TAKES_VALUE, *MAY_TAKE)
"""Options of Hydra that a question has; the others run code, or read configurations, that are nobody's."""
OF_SWEEPS = re.compile(
    r"\+{0,2}hydra\.(?:sweep\.(?:dir|subdir)|sweeper\.params(?:\.[\w.]+)?|sweeper\.max_batch_size|mode)=.*", re.S
)
SWEEPS = ("hydra.sweep.dir", "hydra.sweep.subdir", "hydra.sweeper.params", "hydra.sweeper.max_batch_size", "hydra.mode")
"""All that the command line may tell Hydra about itself: how several runs are made of one line."""
HYDRAS = re.compile(rf"(?:^|[@:])(?:{OF_HYDRA}|_global_)(?:[./@:]|$)")
CODE = re.compile(r"\b_(?:target|args|partial|recursive|convert)_")
REFERENCE = re.compile(r"(?<!\\)((?:\\\\)*)\$\{")
PLAIN = re.compile(r"\$\{\s*\.*[\w.\[\]]+\s*\}")


def folders_in(arguments: Iterable[str]) -> list[Path]:
    """The user's own configuration folders named on a command line.

    Raises:
        ConfigurationError: one is not there.
    """
    words = list(arguments)
    found: list[Path] = []
    for place, word in enumerate(words):
        if word in FOLDERS:
            found += [Path(following) for following in words[place + 1 : place + 2]]
            if place + 1 == len(words):
                raise ConfigurationError(Fault(word, "names no folder", f"{word} my/"))
        elif word.startswith(tuple(f"{name}=" for name in FOLDERS)):
            found.append(Path(word.split("=", 1)[1]))
    missing = [folder for folder in found if not folder.is_dir()]
    if missing:
        raise ConfigurationError(*(Fault(f"--config-dir {folder}", "there is no such folder") for folder in missing))
    return list(dict.fromkeys(folder.resolve() for folder in found))


def without_folders(words: Sequence[str]) -> list[str]:
    """The words of a command line that are not about configuration folders."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in FOLDERS:
            skip = True
        elif not word.startswith(tuple(f"{name}=" for name in FOLDERS)):
            kept.append(word)
    return kept


def options_first(words: Sequence[str]) -> list[str]:
    """The same command line with Hydra's options before all overrides, the only order its parser is sure to read."""
    flags: list[str] = []
    rest: list[str] = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        is_value = before in TAKES_VALUE or word in MAY_TAKE.get(before, ())
        (flags if word.startswith("-") or is_value else rest).append(word)
    return [*flags, *rest]


def check(words: Sequence[str]) -> None:
    """Refuses what a question's command line may not ask.

    Raises:
        ConfigurationError: naming each word that it may not hold.
    """
    faults, overrides = [], []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before in TAKES_VALUE or word in MAY_TAKE.get(before, ()):
            continue
        name = word.partition("=")[0] if word.startswith("--") else word
        if not word.startswith("-"):
            overrides.append(word)
        elif name not in OPTIONS and not word.startswith("-cd="):
            wrong = f"is no option here; the options are {listed(OPTIONS)}"
            faults.append(Fault(word, wrong, _without_dashes(word, "".join(words[place + 1 : place + 2]))))
    check_overrides(overrides, faults)


def _without_dashes(word: str, following: str) -> str:
    """What to type instead of a word that is no option: the setting that was typed like one, or the nearest option."""
    name, _, value = word.partition("=")
    if not value and not following.startswith("-") and "=" not in following:
        value = following
    setting = f"{name.lstrip('-')}={value or '...'}"
    if name.lstrip("-") in (*Settings.model_fields, *groups()):
        return f"{setting} (settings have no dashes)"
    close = nearest(name, [each for each in OPTIONS if each.startswith("--")])
    return f"did you mean {close}?" if close else f"leave it out; a setting has no dashes, as {setting}"


def check_overrides(words: Iterable[str], faults: Sequence[Fault] = ()) -> None:
    """Refuses overrides that ask something of Hydra, name code, look something up, or lead to another folder.

    Raises:
        ConfigurationError: naming each of them, after the faults that are known.
    """
    found = [*faults, *(fault for word in words if (fault := _fault(word)))]
    if found:
        raise ConfigurationError(*found)


def _fault(word: str) -> Fault | None:
    """What is wrong with one override, if anything."""
    key, _, value = word.partition("=")
    key = key.strip().lstrip("+~")
    if HYDRAS.search(key) and not OF_SWEEPS.fullmatch(word):
        fix = "--config-dir FOLDER, once for each" if "searchpath" in key else ""
        return Fault(word, f"is not for the command line; of Hydra's own settings only {listed(SWEEPS)} are", fix)
    if CODE.search(word):
        return Fault(word, "names code; a configuration is data", "leave out what begins and ends with _")
    if any(not PLAIN.match(word, found.end() - 2) for found in REFERENCE.finditer(word)):
        return Fault(
            word, "may take its value from another key, as ${seed}, and from nothing else", "write out what is meant"
        )
    group = key.partition("@")[0]
    if group in groups() and group not in ALL_AT_ONCE and value.lstrip().startswith("["):
        return Fault(word, f"names several, where one option of {group} is chosen", f"{group}=NAME")
    if group in groups() and re.search(r"[/\\]|\.\.", value):
        return Fault(
            word,
            "must be the name of an option, not a path",
            "put the file into a folder of yours and add --config-dir",
        )
    return None
