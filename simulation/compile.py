"""How rules become machine code, and where the compiled code is kept.

Rules are compiled on first use and kept on disk. The cache's folder is named by a hash of the rules' own
sources, because a kernel compiled with `cache=True` does not notice that a rule it calls has since been edited.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from simulation import cache


@lru_cache(maxsize=1)
def sources_hash() -> str:
    """A short hash of every source file of the simulation: what makes two models the same model."""
    here = Path(__file__).parent
    digest = blake2b(digest_size=6)
    for path in sorted(here.rglob("*.py")):
        digest.update(path.relative_to(here).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


READ_BY_RULES = ("state", "parameters")
"""Folders whose numbers rules are compiled with, though there is no rule in them."""


@lru_cache(maxsize=1)
def rules_hash() -> str:
    """A short hash of the sources that compiled rules are made of, and of how they are kept."""
    here = Path(__file__).parent
    digest = blake2b(digest_size=6)
    for path in sorted(here.rglob("*.py")):
        source = path.read_bytes()
        if b"simulation.compile" in source or path.parent.name in READ_BY_RULES or path.stem == "cache":
            digest.update(path.relative_to(here).as_posix().encode())
            digest.update(source)
    return digest.hexdigest()


FOLDER = cache.folder_for(f"rules-{rules_hash()}-numba{numba.__version__}")
"""Where compiled rules are kept, those of another version in another folder; None where nothing can be kept."""
if FOLDER is not None:
    numba.config.CACHE_DIR = str(FOLDER)


def is_compiled() -> bool:
    """Whether an earlier run left compiled rules behind, so that this one need not wait for the compiler."""
    if FOLDER is None:
        return False
    cache.sound(FOLDER)
    return any(FOLDER.rglob("*.nbc"))


TAKEN, DONE = 0, 8
"""Where in a turn the next block to take stands, and where the blocks done are counted: on another cache line."""

STRICT: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy", "no_cfunc_wrapper": True}
"""Strict floating point, no interpreter lock."""


def _compiled(function: Callable[..., Any], **how: Any) -> Any:
    """A function that is compiled when it is first called, and kept on disk."""
    return cache.checked(numba.njit(**STRICT, cache=FOLDER is not None, **how)(function))


def rule(function: Callable[..., Any]) -> Any:
    """Compile a rule. It may not make arrays: without reference counts a call costs a twentieth."""
    return _compiled(function, _nrt=False)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a rule that only other rules call, which saves the compiler the way in from Python.

    The machine code of such a rule is written into its callers'. That is left to LLVM: the same done by Numba, on its own
    form of the code, takes the compiler half as long again.
    """
    return _compiled(function, _nrt=False, no_cpython_wrapper=True, forceinline=True)


def view(function: Callable[..., Any]) -> Any:
    """Write a rule that gives a part of an array into its callers before they are compiled: by itself it may not give any."""
    return _compiled(function, _nrt=False, no_cpython_wrapper=True, inline="always")


def row(function: Callable[..., Any]) -> Any:
    """Compile what one citizen does: written into the kernel's loop, and callable for one citizen alone."""
    return _compiled(function, _nrt=False, forceinline=True)


@intrinsic
def lowest_bit(typing: Any, bits: Any) -> Any:
    """The number of the lowest bit that is set, counted from 0: one machine instruction."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


@intrinsic
def counted(typing: Any, number: Any) -> Any:
    """A row's or a challenge's number, known to be 0 or more: the compiler need not ask whether it counts from the end."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(1)])
        assume = builder.module.declare_intrinsic("llvm.assume", (), kind)
        builder.call(assume, [builder.icmp_signed(">=", arguments[0], ir.Constant(ir.IntType(64), 0))])
        return arguments[0]

    return types.int64(types.int64), build


MARKS = 64
"""How many marks, of a byte each, are read at a time."""


@intrinsic
def marked(typing: Any, marks: Any, start: Any) -> Any:
    """Which of MARKS marks from a place on are set, as the bits of one number: a few machine instructions."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        each = ir.VectorType(ir.IntType(8), MARKS)
        here = builder.bitcast(builder.gep(array.data, [arguments[1]]), each.as_pointer())
        is_set = builder.icmp_unsigned("!=", builder.load(here, align=1), ir.Constant(each, [0] * MARKS))
        return builder.bitcast(is_set, ir.IntType(MARKS))

    return types.uint64(marks, types.int64), build


@intrinsic
def fetch(typing: Any, column: Any, row: Any) -> Any:
    """Begin to bring an entry of a column near, while other things are done: it will be read soon, and memory is far."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        how = [ir.Constant(number, n) for n in (0, 3, 1)]  # to read, and to keep near; data
        there = builder.bitcast(builder.gep(array.data, [arguments[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
        builder.call(prefetch, [there, *how])
        return context.get_dummy_value()

    return types.none(column, types.int64), build


def _one_more(place: int, ordering: str) -> Callable[..., Any]:
    """Code that moves one count of a turn on, whatever other threads do meanwhile, and gives what it was."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        count = builder.gep(array.data, [ir.Constant(ir.IntType(64), place)])
        return builder.atomic_rmw("add", count, ir.Constant(ir.IntType(64), 1), ordering)

    return build


@intrinsic
def take(typing: Any, turn: Any) -> Any:
    """The next block that nobody has taken yet."""
    return types.int64(turn), _one_more(TAKEN, "monotonic")


@intrinsic
def mark_done(typing: Any, turn: Any) -> Any:
    """One more of the blocks taken is done; what was done to it is seen by whoever reads this count."""
    return types.int64(turn), _one_more(DONE, "release")


@intrinsic
def done(typing: Any, turn: Any) -> Any:
    """How many of the blocks taken are done."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [ir.Constant(ir.IntType(64), DONE)])
        return builder.load_atomic(place, "acquire", 8)

    return types.int64(turn), build


def turn_at(block: int) -> NDArray[np.int64]:
    """Where threads that share blocks begin to take them, and how many of them they have done."""
    turn = np.zeros(2 * DONE, dtype=np.int64)
    turn[TAKEN] = block
    return turn


@rule
def wait_until(count: int, turn: NDArray[np.int64]) -> None:
    """Wait, awake, until so many blocks are done: the last of them is moments away, and sleeping takes longer."""
    while done(turn) < count:
        pass


def maker(function: Callable[..., Any]) -> Any:
    """Compile a rule that makes arrays."""
    return _compiled(function)
