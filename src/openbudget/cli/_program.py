"""The program `openbudget`: its commands, its options that may stand anywhere, and one run of it."""

from __future__ import annotations

import io
import os
import sys

from openbudget.cli._boundary import global_options, guard
from openbudget.cli._frame import Group
from openbudget.errors import UsageError

group = Group("openbudget")


def run(given: list[str]) -> int:
    """Run a command line and return its exit code (see `openbudget.cli`)."""
    _have_streams()
    _write_every_character()
    before = os.environ.get("OPENBUDGET_LANG")
    options = global_options(given)
    if options.language:
        os.environ["OPENBUDGET_LANG"] = options.language  # an environment variable, so child processes speak it too
    try:
        return guard(lambda: _invoke(options.rest, options.mistake), debug=options.debug)
    finally:
        if before is None:
            os.environ.pop("OPENBUDGET_LANG", None)
        else:
            os.environ["OPENBUDGET_LANG"] = before


def _have_streams() -> None:
    """Give a process that was started without them (a service, `>&-`) its streams: what is printed goes nowhere, and no
    file that is opened later gets their numbers."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _write_every_character() -> None:
    """Let output hold what a disclosure holds: files and pipes are UTF-8 where the system's encoding (GBK on a Chinese
    Windows) lacks characters; a terminal, or an encoding that was asked for, shows those by their numbers."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper) or stream.encoding.lower().startswith("utf"):
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="strict")


def _invoke(arguments: list[str], mistake: Exception | None) -> int:
    if mistake is not None:
        raise mistake
    if "" in arguments:
        raise UsageError("cli.blank_word")
    if completing := os.environ.get("_OPENBUDGET_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(group, {}, "openbudget", "_OPENBUDGET_COMPLETE", completing)
    with group.make_context("openbudget", arguments) as context:
        result = group.invoke(context)
    return result if isinstance(result, int) else 0
