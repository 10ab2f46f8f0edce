"""What a user's file may begin from: files of its own group, or, where it goes over all, chosen places and more policies."""

import re
from collections.abc import Mapping
from typing import Any

from experiments.configuration.options import ALL_AT_ONCE, ONE_OF, Option
from experiments.errors import Fault, listed, nearest

Names = tuple[tuple[str, str], ...]
Known = Mapping[str, Mapping[str, Option]]
OVER_ALL = ("experiment", "lesson")
"""Groups whose files set keys of the whole configuration."""
MOST_BEGINNINGS = 50
"""Files that one file may begin from, those that they begin from included."""
SELF, HERE = "_self_", "@_here_"
OPTION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
ADDED = re.compile(rf"/({'|'.join(ALL_AT_ONCE)})@\1\.([a-z][a-z0-9_]*)")
CHOSEN = re.compile(rf"override /?({'|'.join(group for group in ONE_OF if group not in OVER_ALL)})")


def beginnings(given: Any, option: Option, known: Known, faults: list[Fault]) -> Names:
    """Groups and names of the files that a file says it begins from; what may not stand there is added to the faults."""
    if given is not None and not isinstance(given, list):
        wrong, fix = "must be a list", "defaults: [radical@_here_, _self_]"
        faults.append(Fault(f"{option.path}: defaults", wrong, fix))
        return ()
    found = [_beginning(entry, option, known, faults) for entry in given or []]
    return tuple(each for each in found if each)


def _beginning(entry: Any, option: Option, known: Known, faults: list[Fault]) -> tuple[str, str] | None:
    """The group and name of one file that a file begins from; none for itself, and for what is refused."""
    if entry == SELF:
        return None
    group, name = option.group, entry.removesuffix(HERE) if isinstance(entry, str) else None
    if option.group in OVER_ALL and isinstance(entry, dict) and len(entry) == 1:
        ((key, name),) = entry.items()
        found = ADDED.fullmatch(key) or CHOSEN.fullmatch(key)
        group = found[1] if found else ""
    if not isinstance(name, str) or not OPTION.fullmatch(name) or group not in known:
        others = ", '- override /place: name' and '- /policy@policy.mine: name'" if option.group in OVER_ALL else ""
        faults.append(
            Fault(
                f"{option.path}: defaults: {entry if entry is not None else 'null'}",
                f"may not stand there; a file begins from files of its own group, by name{others}",
                "defaults: [name@_here_, _self_], a name that YAML takes for something else in quotes",
            )
        )
        return None
    if name not in known[group]:
        close = nearest(name, known[group])
        faults.append(
            Fault(
                f"{option.path}: defaults: {name}",
                f"there is no {group} '{name}'; there are: {listed(known[group])}",
                f"did you mean {close}?" if close else "name one of them",
            )
        )
    return group, name


def circles(begins: Mapping[Option, Names]) -> list[Fault]:
    """A fault for a file that begins from itself by any way round, or from too many."""
    by_name = {(option.group, option.name): (option, names) for option, names in begins.items()}
    sizes: dict[tuple[str, str], int] = {}
    for start in by_name:
        way, todo = [start], [iter(by_name[start][1])] if start not in sizes else []
        while todo:
            following = next(todo[-1], None)
            if following is None:
                todo.pop()
                option, names = by_name[done := way.pop()]
                sizes[done] = 1 + sum(sizes.get(each, 1) for each in names)
                if sizes[done] > MOST_BEGINNINGS:
                    return [Fault(option.path, f"begins from more than {MOST_BEGINNINGS} files", "fewer of them")]
            elif following in way:
                round_ = " -> ".join(name for _, name in [*way[way.index(following) :], following])
                where = by_name[following][0].path
                return [Fault(where, f"begins from itself: {round_}", "take one of these out of its defaults")]
            elif following in by_name and following not in sizes:
                way.append(following)
                todo.append(iter(by_name[following][1]))
    return []
