"""SHA-256 of what is held in memory, for programs that start, hash a little and end.

`hashlib` loads OpenSSL, which takes longer than a small package takes to hash. CPython's own SHA-256, on which the
standard library falls back itself, gives the same digests; of much it takes longer. Where something else has loaded
OpenSSL, that is taken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

_MUCH = 4 << 20  # bytes: from here on OpenSSL is worth its start
_OWN = ("_sha256", "_sha2")  # the module of CPython 3.11, of later ones


def sha256(content: bytes) -> str:
    """The SHA-256 of `content` (FIPS 180-4) in hex digits."""
    if len(content) < _MUCH and "_hashlib" not in sys.modules:
        return str(_small()(content).hexdigest())
    import hashlib

    return hashlib.sha256(content).hexdigest()


@cache
def _small() -> Callable[[bytes], Any]:
    for name in _OWN:
        try:
            made: Callable[[bytes], Any] = import_module(name).sha256
        except ImportError:
            continue
        return made
    import hashlib

    return hashlib.sha256
