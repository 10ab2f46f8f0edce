"""Reads YAML as plain data: mappings, lists, texts, numbers, true, false and null, each written so that nobody can mistake it.

YAML's older rules take `off` for false, `010` for eight, `1:30` for ninety and `1_000` for a thousand. Here they are refused.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from experiments.errors import ConfigurationError, Fault

MOST_DEPTH = 24
MOST_NODES = 50_000
"""Values in a file, those that stand in it by way of an anchor counted each time."""
LONGEST_WHOLE = 18
"""Digits of a whole number; more could not be told from its neighbours as a number of the simulation."""

WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
NUMBER = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")
UNCLEAR = {
    "an older word for true or false": re.compile(r"(?i:yes|no|on|off)"),
    "an octal number to some programs and a decimal one to others": re.compile(r"[-+]?0[0-9_]+|[-+]?0[oO][0-7_]+"),
    "a number in hexadecimal or binary notation": re.compile(r"[-+]?0[xXbB][0-9a-fA-F_]+"),
    "a number with _ between its digits": re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"),
    "a number to the base of 60 to some programs": re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"),
    "no finite number": re.compile(r"(?i:[-+]?\.inf|\.nan)"),
    "a date to some programs": re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"),
}
"""What looks like one thing and would be read as another."""
ADVICE = "write a plain decimal number, true or false, or put a text in quotes"


class Unclear(yaml.YAMLError):
    """A value that could be mistaken.

    Attributes:
        typed: as it stands there.
        why: what it could be taken for.
        line: of the text, from 1.
    """

    def __init__(self, typed: str, why: str, line: int):
        super().__init__(f"{typed} is {why}")
        self.typed, self.why, self.line = typed, why, line


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Builds plain data and takes plain words for what they are in YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    """A decimal number that is finite and not too long to be exact."""
    typed, line = str(node.value), node.start_mark.line + 1
    if WHOLE.fullmatch(typed):
        if len(typed.lstrip("+-")) > LONGEST_WHOLE:
            raise Unclear(typed[:40], f"a whole number of more than {LONGEST_WHOLE} digits", line)
        return int(typed)
    value = float(typed)
    if not math.isfinite(value):
        raise Unclear(typed, "too large for a number", line)
    return value


def _unclear(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> None:
    """Refuses what could be mistaken."""
    why = next(why for why, pattern in UNCLEAR.items() if pattern.fullmatch(node.value))
    raise Unclear(node.value, why, node.start_mark.line + 1)


TAG = "tag:yaml.org,2002:"
for _kind, _pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "merge": r"<<",
    "int": rf"{WHOLE.pattern}|{NUMBER.pattern}",
    "unclear": "|".join(f"(?:{each.pattern})" for each in UNCLEAR.values()),
}.items():
    _Loader.add_implicit_resolver(TAG + _kind, re.compile(rf"(?:{_pattern})$"), None)
_Loader.add_constructor(f"{TAG}int", _number)
_Loader.add_constructor(f"{TAG}unclear", _unclear)


def read(text: str, where: str) -> Any:
    """The data that a YAML text holds.

    Raises:
        ConfigurationError: it is no YAML, or holds what is no plain data, or too much of it.
    """
    try:
        _Measured(where).walk(text)
        return yaml.load(text, Loader=_Loader)
    except Unclear as error:
        raise ConfigurationError(
            Fault(f"{where}, line {error.line}: {error.typed}", f"is {error.why}", ADVICE)
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigurationError(
            Fault(where, f"is not readable YAML: {' '.join(str(error).split())}", "put right the line that is named")
        ) from error


def cell(text: str) -> Any:
    """The value of a table's cell: a number, true, false, null or a list as in a file; anything else is a text.

    Raises:
        Unclear: it could be mistaken.
    """
    typed = text.strip()
    if typed[:1] in ("[", "{"):
        try:
            _Measured("cell").walk(typed)
            return yaml.load(typed, Loader=_Loader)
        except ConfigurationError as refusal:
            raise Unclear(typed, refusal.faults[0].wrong, 1) from refusal
        except Unclear:
            raise
        except yaml.YAMLError:
            return typed
    node = yaml.ScalarNode(
        _resolver.resolve(yaml.ScalarNode, typed, (True, False)), typed, yaml.Mark("", 0, 0, 0, "", 0)
    )
    return _resolver.construct_document(node)


_resolver = _Loader("")


@dataclass
class _Open:
    """A mapping or list that has begun and not ended.

    Attributes:
        anchor: its name, where it has one.
        before: values counted before it.
        deepest: layers found inside it so far.
        keys: of a mapping, those found so far; none for a list.
        is_key: whether what comes next is a key.
    """

    anchor: str | None
    before: int
    deepest: int = 0
    keys: set[str] | None = None
    is_key: bool = False


@dataclass
class _Measured:
    """Walks through a text without building anything and refuses what is no plain data, or more than can be meant."""

    where: str
    count: int = 0
    opened: list[_Open] = field(default_factory=list)
    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def walk(self, text: str) -> None:
        """Walks from the beginning to the end."""
        documents = 0
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1 or event.tags:
                    raise self._refused(event, "holds several documents or a %TAG", "one document and plain data")
            elif isinstance(event, yaml.NodeEvent):
                self._value(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._ended()
            if self.count > MOST_NODES:
                raise self._refused(event, f"holds more than {MOST_NODES:,} values", "fewer, and fewer uses of anchors")
            if len(self.opened) + (self.opened[-1].deepest if self.opened else 0) > MOST_DEPTH:
                raise self._refused(event, f"goes more than {MOST_DEPTH} layers deep", "fewer layers")

    def _value(self, event: Any) -> None:
        """A value, or a key."""
        if getattr(event, "tag", None) is not None:
            raise self._refused(
                event, f"holds the tag {event.tag}", "plain data has no tags: leave out what begins with !"
            )
        self._key(event)
        if isinstance(event, yaml.AliasEvent):
            count, depth = self.known.get(str(event.anchor), (0, 0))
            if any(each.anchor == event.anchor for each in self.opened):
                raise self._refused(event, f"holds *{event.anchor} inside of what it stands for", "no circles")
            self.count += count
            if self.opened:
                self.opened[-1].deepest = max(self.opened[-1].deepest, depth)
            return
        if isinstance(event, yaml.CollectionStartEvent):
            keys: set[str] | None = set() if isinstance(event, yaml.MappingStartEvent) else None
            self.opened.append(_Open(event.anchor, self.count, keys=keys, is_key=keys is not None))
        elif event.anchor:
            self.known[event.anchor] = (1, 0)
        self.count += 1

    def _key(self, event: Any) -> None:
        """Where a key is due it is a text that was not there before."""
        here = self.opened[-1] if self.opened else None
        if here is None or here.keys is None:
            return
        if here.is_key:
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "has a key that is no text", "a word, or a text in quotes")
            if event.value in here.keys:
                raise self._refused(event, f"has the key {event.value} twice in one place", "keep one of them")
            is_plain = bool(event.implicit[0])
            if (
                is_plain
                and event.value != "<<"
                and _resolver.resolve(yaml.ScalarNode, event.value, (True, False)) != f"{TAG}str"
            ):
                raise self._refused(
                    event, f"has the key {event.value or 'null'}, which is no text", f'"{event.value}" in quotes'
                )
            here.keys.add(event.value)
        here.is_key = not here.is_key

    def _ended(self) -> None:
        """A mapping or list has ended."""
        ended = self.opened.pop()
        depth = ended.deepest + 1
        if ended.anchor:
            self.known[ended.anchor] = (self.count - ended.before, depth)
        if self.opened:
            self.opened[-1].deepest = max(self.opened[-1].deepest, depth)

    def _refused(self, event: Any, wrong: str, fix: str) -> ConfigurationError:
        """The refusal of the line that an event is on."""
        return ConfigurationError(Fault(f"{self.where}, line {event.start_mark.line + 1}", wrong, fix))
