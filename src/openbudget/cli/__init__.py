"""The command line: `openbudget COMMAND …`.

Each module of this folder whose name has no underscore in front is one command and exposes it as `command`;
it is imported only when it is called. `main` is the one place where an error becomes a message and an exit code:

    0 fine · 1 findings of severity error · 2 usage · 3 not readable, recognised or writable · 4 fault of the program ·
    5 publishing failed · 130 interrupted · 143 told to end · 141 the reader of the output went away
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType


def main(arguments: list[str] | None = None) -> int:
    """Run the command line given (default: that of the process) and return its exit code."""
    try:
        _collect_rarely()
        _import_click()
        from openbudget.cli._program import run  # imports make much as well

        return run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # before there was anybody to tell it
        return 130


def _collect_rarely() -> None:
    """A command makes much, throws little away and ends: looking for rings costs a sixth of its time, half of that at
    the end, when all memory goes anyway."""
    import atexit

    gc.set_threshold(300_000, 20, 100)
    atexit.unregister(gc.freeze)
    if "duckdb" not in sys.modules:  # which looks for leaks at the end (see openbudget.batch.database)
        atexit.register(gc.freeze)


def _import_click() -> None:
    """click, without `inspect` and what that brings along, which click asks for help texts of its own only."""
    if "inspect" in sys.modules:
        return
    sys.modules["inspect"] = _Later("inspect")
    try:
        import_module("click")
    finally:
        if isinstance(sys.modules["inspect"], _Later):
            del sys.modules["inspect"]


class _Later(ModuleType):
    """Stands for a module that is imported when something of it is first asked for."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


__all__ = ["main"]
