"""Commands, options and arguments that speak the person's language.

A command module is written as:

    @frame.command("pack")
    @frame.argument("source", many=True, metavar="SOURCE...")
    @frame.option("-o", "--out", metavar="DIR")
    def command(source: tuple[str, ...], out: str | None) -> int | None: ...

Its texts are in `messages/cli.json`: `pack` (help; the first line is what `openbudget --help` shows) and, for
each parameter, `pack.out`, or `option.out` where several commands share the option. The function returns the
exit code (None: 0). Nothing is looked up before somebody asks for help, so the language may still change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from openbudget.cli._layout import columns, definitions, paragraphs
from openbudget.cli._parameters import Choice, IntRange, LineError, Parameter, split, value_of
from openbudget.errors import UsageError
from openbudget.messages import say

__all__ = [
    "HELP",
    "Choice",
    "Command",
    "IntRange",
    "argument",
    "command",
    "echo",
    "help_page",
    "option",
    "words",
    "write",
]

HELP = Parameter("help", ("-h", "--help"), is_flag=True)


def words(key: str, **args: object) -> str:
    """The message `cli.<key>` in the language of the person."""
    return say(f"cli.{key}", None, **args)


class Command:
    """A function that is called with the values of a command line."""

    def __init__(self, name: str, function: Callable[..., int | None], parameters: Sequence[Parameter]) -> None:
        self.name = name
        self.parameters = (*parameters, HELP)
        self._function = function

    def run(self, line: Sequence[str]) -> int:
        """Do what the line says, or show the help; gives the exit code. Raises UsageError and whatever the function does."""
        try:
            values = self._values(line)
        except LineError as error:
            raise error.of_command(f"openbudget {self.name}") from error
        if values is None:
            write(self.help() + "\n")
            return 0
        return self._function(**values) or 0

    def _values(self, line: Sequence[str]) -> dict[str, object] | None:
        """The values that a line gives the parameters; None where it asks for help."""
        given, rest = split(self.parameters, line)
        if HELP.name in given:
            return None
        for one in self.parameters:
            if not one.opts:
                given[one.name], rest = (rest, []) if one.many else (rest[:1], rest[1:])
            if one.required and not given.get(one.name):
                if one.opts:
                    raise LineError("cli.missing_option", name=one.shown)
                raise LineError("cli.missing_argument", name=one.shown, says=help_of(self.name, one).rstrip("。."))
        if rest:
            raise UsageError("cli.extra_arguments", words=" ".join(rest), command=f"openbudget {self.name}")
        return {one.name: value_of(one, given.get(one.name, ())) for one in self.parameters if one is not HELP}

    def help(self) -> str:
        """What `--help` shows."""
        return help_page(f"openbudget {self.name}", self.name, self.parameters)


def help_page(line: str, name: str, parameters: Sequence[Parameter], commands: Sequence[str] = ()) -> str:
    """The help of a command, or of the program with its `commands`: `line` is how it is called, `name` its texts."""
    width = columns()
    arguments = [one for one in parameters if not one.opts]
    takes = [words("command_word")] if commands else [one.metavar for one in arguments]
    text = [words("usage", line=" ".join([line, words("options_word"), *takes])), paragraphs(words(name), width)]
    if commands:
        listed = [(command, words(command).partition("\n")[0]) for command in commands]
        text.append(words("commands") + "\n" + definitions(listed, width))
    for title, some in (("arguments", arguments), ("options", [one for one in parameters if one.opts])):
        if some:
            rows = [(_names(one), help_of(name, one)) for one in some]
            text.append(words(title) + "\n" + definitions(rows, width))
    text.append(paragraphs(words("openbudget_footer" if commands else "global_footer"), width))
    return "\n\n".join(text)


def _names(parameter: Parameter) -> str:
    if not parameter.opts:
        return parameter.metavar.strip("[]")
    return " ".join([", ".join(parameter.opts), parameter.metavar]).rstrip()


def help_of(command: str, parameter: Parameter) -> str:
    """What the help says of a parameter."""
    try:
        text = words(f"{command}.{parameter.name}")
    except KeyError:
        text = words(f"option.{parameter.name}")
    if parameter.opts and parameter.required:
        text += words("required")
    elif parameter.show_default:
        text += words("default", value=parameter.default)
    return text


def write(text: str, *, err: bool = False) -> None:
    """Print text of our own, line ends and all."""
    stream = sys.stderr if err else sys.stdout
    stream.write(text)
    stream.flush()


def echo(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print what people read. What documents, packages and servers say stands in it: nothing of that may command the
    terminal, or read as something else than it is."""
    from openbudget.messages.seen import seen

    write(seen(text) + end, err=err)


def command(name: str) -> Callable[[Callable[..., int | None]], Command]:
    """Make a function the command `name`; above all its options and arguments."""
    return lambda function: Command(name, function, vars(function).get("parameters", ()))


def option(*names: str, metavar: str = "", **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option of a command: its names (`-o`, `--out`) and, where it is called otherwise than by the longest of them, the
    name of the function's parameter; see `Parameter`. Its help is in the catalogue."""
    opts = tuple(name for name in names if name.startswith("-"))
    called = next((name for name in names if not name.startswith("-")), max(opts, key=len).strip("-"))
    return _with(Parameter(called.replace("-", "_"), opts, metavar, **settings))


def argument(
    name: str, *, metavar: str, required: bool = True, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An argument of a command; see `Parameter`. Its help is in the catalogue."""
    return _with(Parameter(name, metavar=metavar, required=required, **settings))


def _with(parameter: Parameter) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a parameter before those that a function has."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        vars(function).setdefault("parameters", []).insert(0, parameter)
        return function

    return decorate
