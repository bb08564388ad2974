"""The command line: `openbudget COMMAND …`.

Each module of this folder whose name has no underscore in front is one command and exposes it as `command`;
it is imported only when it is called. `main` is the one place where an error becomes a message and an exit code:

    0 fine · 1 findings of severity error · 2 usage · 3 not readable, recognised or writable · 4 fault of the program ·
    5 publishing failed · 130 interrupted · 143 told to end · 141 the reader of the output went away
"""

from __future__ import annotations

import gc
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line given (default: that of the process) and return its exit code."""
    try:
        _collect_rarely()
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


__all__ = ["main"]
