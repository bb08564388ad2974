"""The program `openbudget`: its commands, its options that may stand anywhere, and one run of it."""

from __future__ import annotations

import io
import os
import sys

from openbudget.cli._boundary import global_options, guard
from openbudget.cli._frame import HELP, Command, help_page, write
from openbudget.cli._parameters import LineError, Parameter, split
from openbudget.errors import UsageError

# those that may stand anywhere, and those of the program itself
OPTIONS = (
    Parameter("lang", ("--lang",), "zh|en"),
    Parameter("debug", ("--debug",), is_flag=True),
    Parameter("version", ("--version",), is_flag=True),
    HELP,
)


def run(given: list[str]) -> int:
    """Run a command line and return its exit code (see `openbudget.cli`)."""
    _have_streams()
    _write_every_character()
    before = os.environ.get("OPENBUDGET_LANG")
    if os.environ.get("_OPENBUDGET_COMPLETE"):  # set by the scripts of `openbudget completion`
        from openbudget.cli._completing import candidates

        write("".join(f"{word}\n" for word in candidates(given)))
        return 0
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


def commands() -> list[str]:
    """The names of the commands: the modules of this folder."""
    files = os.listdir(os.path.dirname(__file__))
    return sorted(file[:-3].replace("_", "-") for file in files if file.endswith(".py") and not file.startswith("_"))


def command_of(name: str) -> Command:
    """A command, imported when it is called. UsageError where there is none of that name."""
    if name not in commands():
        raise UsageError("cli.no_such_command", name=name, commands=", ".join(commands()))
    from importlib import import_module

    found: Command = import_module(f"openbudget.cli.{name.replace('-', '_')}").command
    return found


def program_help() -> str:
    """What `openbudget --help` shows."""
    return help_page("openbudget", "openbudget", OPTIONS, commands())


def _invoke(arguments: list[str], mistake: Exception | None) -> int:
    if mistake is not None:
        raise mistake
    if arguments and not arguments[0].startswith("-"):
        return command_of(arguments[0]).run(arguments[1:])
    try:
        given, _ = split(OPTIONS, arguments)
    except LineError as error:
        raise error.of_command("openbudget") from error
    if "version" in given and HELP.name not in given:
        from openbudget import __version__

        write(f"openbudget {__version__}\n")
    else:
        write(program_help() + "\n")
    return 0
