"""The command line: `openbudget COMMAND …`.

Each module of this folder whose name has no underscore in front is one command and exposes it as `command`;
it is imported only when it is called. `main` is the one place where an error becomes a message and an exit code:

    0 fine · 1 findings of severity error · 2 usage · 3 unreadable or not recognised · 4 fault of the program ·
    5 publishing failed · 130 interrupted · 141 the reader of the output went away
"""

from __future__ import annotations

import gc
import os
import sys

import click

from openbudget.cli._boundary import global_options, guard
from openbudget.cli._frame import Group

group = Group("openbudget")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line given (default: that of the process) and return its exit code."""
    gc.set_threshold(300_000, 20, 100)  # a command makes much and throws little away: looking for rings costs a sixth
    given = list(sys.argv[1:] if arguments is None else arguments)
    before = os.environ.get("OPENBUDGET_LANG")
    options = global_options(given)
    if options.language:
        os.environ["OPENBUDGET_LANG"] = options.language  # an environment variable, so child processes speak it too
    try:
        return guard(lambda: _run(options.rest, options.mistake), debug=options.debug)
    finally:
        if before is None:
            os.environ.pop("OPENBUDGET_LANG", None)
        else:
            os.environ["OPENBUDGET_LANG"] = before


def _run(arguments: list[str], mistake: Exception | None) -> int:
    if mistake is not None:
        raise mistake
    if completing := os.environ.get("_OPENBUDGET_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "openbudget", "_OPENBUDGET_COMPLETE", completing)
    with group.make_context("openbudget", arguments) as context:
        result = group.invoke(context)
    return result if isinstance(result, int) else 0


__all__ = ["click", "group", "main"]
