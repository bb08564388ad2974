"""The command line: `openbudget COMMAND …`.

Each module of this folder whose name has no underscore in front is one command and exposes it as `command`;
it is imported only when it is called. `main` is the one place where an error becomes a message and an exit code:

    0 fine · 1 findings of severity error · 2 usage · 3 not readable, recognised or writable · 4 fault of the program ·
    5 publishing failed · 130 interrupted · 143 told to end · 141 the reader of the output went away
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # `typing` is loaded soon enough
if TYPE_CHECKING:
    from collections.abc import Callable


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
    """click, without modules that it, or one of those it imports, has no use for before it has to say something: a
    sixth of the work of a start."""
    translated = {name: _when_called("gettext", name) for name in ("gettext", "ngettext")}
    later = [
        _Later("inspect"),  # for help texts of click's own
        _Later("gettext", **translated),
        _Later("platform", system=lambda: os.uname().sysname),  # all that `uuid` asks of it
    ]
    later = [module for module in later if module.__name__ not in sys.modules]
    sys.modules.update({module.__name__: module for module in later})
    try:
        import_module("click")
    finally:
        for module in later:
            module.leave()


class _Later(ModuleType):
    """Stands for a module that is imported when something else of it than what is `known` is asked for."""

    def __init__(self, name: str, **known: object) -> None:
        super().__init__(name)
        vars(self).update(known)

    def __getattr__(self, name: str) -> object:
        self.leave()
        return getattr(import_module(self.__name__), name)

    def leave(self) -> None:
        """Whoever imports the module from now on gets the real one."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]


def _when_called(module: str, name: str) -> Callable[..., object]:
    """A function that is imported when it is called."""
    return lambda *args: getattr(import_module(module), name)(*args)


__all__ = ["main"]
