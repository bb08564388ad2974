"""What the kernels are made of: vectors of 64 bytes, words, long products. Imported only where kernels are compiled.

A kernel is a function of pointers and whole numbers that allocates nothing and raises nothing, so that its machine code
needs neither Python nor numba (see `compiled`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

KINDS = {"u1": types.uint8, "u2": types.uint16, "u4": types.uint32, "u8": types.uint64, "i8": types.int64}
KERNELS: dict[str, tuple[str, Any]] = {}  # name → signature, numba's function
_BYTE, _WORD, _LONG, _INDEX = ir.IntType(8), ir.IntType(64), ir.IntType(128), ir.IntType(32)
_VECTOR = ir.VectorType(_BYTE, 64)
_BYTES = types.CPointer(types.uint8)


def _signature(text: str) -> Any:
    """`i8(u1*, i8)` as numba has it."""
    result, given = text.rstrip(")").split("(")
    kinds = [name.strip() for name in given.split(",")]
    return KINDS[result](*(types.CPointer(KINDS[name[:-1]]) if name.endswith("*") else KINDS[name] for name in kinds))


def kernel(signature: str) -> Callable[[Any], Any]:
    """Make a function a kernel: kernels call one another, and `compiled` calls them by name."""

    def made(function: Any) -> Any:
        compiled = numba.njit(
            _signature(signature), no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy",
            boundscheck=False, _nrt=False,
        )(function)  # fmt: skip
        KERNELS[function.__name__] = signature, compiled
        return compiled

    return made


def _loaded(builder: Any, pointer: Any, at: Any, kind: Any) -> Any:
    place = builder.bitcast(builder.gep(pointer, [at]), kind.as_pointer())
    return builder.load(place, align=1)


def _spread(builder: Any, byte: Any) -> Any:
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    one = builder.insert_element(nothing, byte, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(_INDEX, 64), [0] * 64))


@intrinsic
def equal64(typing: Any, data: Any, at: Any, byte: Any) -> Any:
    """Of the 64 bytes from `at` on, which are `byte`: one bit each."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        vector = _loaded(builder, given[0], given[1], _VECTOR)
        return builder.bitcast(builder.icmp_unsigned("==", vector, _spread(builder, given[2])), _WORD)

    return types.uint64(_BYTES, types.int64, types.uint8), made


@intrinsic
def within64(typing: Any, data: Any, at: Any, low: Any, span: Any) -> Any:
    """Of the 64 bytes from `at` on, which are from `low` to `low + span`."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        vector = _loaded(builder, given[0], given[1], _VECTOR)
        moved = builder.sub(vector, _spread(builder, given[2]))
        return builder.bitcast(builder.icmp_unsigned("<=", moved, _spread(builder, given[3])), _WORD)

    return types.uint64(_BYTES, types.int64, types.uint8, types.uint8), made


@intrinsic
def word(typing: Any, data: Any, at: Any) -> Any:
    """The 8 bytes from `at` on, the first one lowest."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _loaded(builder, given[0], given[1], _WORD)

    return types.uint64(_BYTES, types.int64), made


@intrinsic
def put(typing: Any, data: Any, at: Any, value: Any) -> Any:
    """Write a word to the 8 bytes from `at` on."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        place = builder.bitcast(builder.gep(given[0], [given[1]]), _WORD.as_pointer())
        builder.store(given[2], place, align=1)
        return context.get_dummy_value()

    return types.void(_BYTES, types.int64, types.uint64), made


@intrinsic
def lowest(typing: Any, bits: Any) -> Any:
    """The place of the lowest bit that is set."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), made


@intrinsic
def ones(typing: Any, bits: Any) -> Any:
    """How many bits are set."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.int64(types.uint64), made


@intrinsic
def folded(typing: Any, one: Any, two: Any) -> Any:
    """The two halves of a product of 128 bits, the one by exclusive or on the other."""

    def made(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        product = builder.mul(builder.zext(given[0], _LONG), builder.zext(given[1], _LONG))
        high = builder.trunc(builder.lshr(product, ir.Constant(_LONG, 64)), _WORD)
        return builder.xor(high, builder.trunc(product, _WORD))

    return types.uint64(types.uint64, types.uint64), made
