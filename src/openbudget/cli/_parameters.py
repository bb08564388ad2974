"""What a command takes, and the values that a command line gives it.

Options may stand before, between and behind arguments; `--` ends them. Their names are written whole: `--option value`,
`--option=value`, `-o value`, `-ovalue`, and flags of one letter together. (A library for this was a third of the time
that a command takes to start.)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from openbudget.errors import UsageError
from openbudget.messages import default_language, say


class Choice(NamedTuple):
    """One of some words."""

    choices: Sequence[str]

    def value(self, text: str) -> str:
        """The value that a text stands for; UsageError where it is none."""
        if text not in self.choices:
            raise UsageError("cli.want_choice", choices=", ".join(self.choices))
        return text


class IntRange(NamedTuple):
    """A whole number from `low` to `high` (None: without end)."""

    low: int
    high: int | None = None

    def value(self, text: str) -> int:
        """The value that a text stands for; UsageError where it is none."""
        try:
            number = int(text)
        except ValueError:
            raise UsageError("cli.want_int") from None
        if number < self.low or (self.high is not None and number > self.high):
            raise UsageError(f"cli.{'want_least' if self.high is None else 'want_range'}", low=self.low, high=self.high)
        return number


class Parameter(NamedTuple):
    """An option, or without `opts` (`-o`, `--out`) an argument. `name` is that of the function's parameter, `metavar` what
    the help calls its value, `kind` what it must be (None: any text). `many`: it may be given more than once."""

    name: str
    opts: tuple[str, ...] = ()
    metavar: str = ""
    kind: Choice | IntRange | None = None
    required: bool = False
    many: bool = False
    is_flag: bool = False
    default: str | int | None = None
    show_default: bool = False

    @property
    def shown(self) -> str:
        """What messages call it."""
        return " / ".join(self.opts) or self.metavar


class LineError(UsageError):
    """A mistake in a line. `of_command` is what is told of it: what is wrong, and which help tells more."""

    def of_command(self, command: str) -> UsageError:
        return UsageError("cli.mistake", message=self.text(default_language()), command=command)


def split(parameters: Sequence[Parameter], line: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The texts given to each option by its name (of a flag: empty), and the arguments. Raises LineError."""
    options = {opt: one for one in parameters for opt in one.opts}
    given: dict[str, list[str]] = {}
    arguments: list[str] = []
    words = iter(line)
    for word in words:
        if word == "--":
            arguments.extend(words)
        elif word.startswith("--"):
            opt, equals, text = word.partition("=")
            option = _known(opt, options)
            if option.is_flag and equals:
                raise LineError("cli.takes_none", name=opt)
            texts = given.setdefault(option.name, [])
            texts.append(text if equals or option.is_flag else _next(opt, words))
        elif word.startswith("-") and word != "-":
            letters = word[1:]
            while letters:
                opt, letters = f"-{letters[0]}", letters[1:]
                option = _known(opt, options)
                texts = given.setdefault(option.name, [])
                if option.is_flag:
                    texts.append("")
                else:
                    texts.append(letters or _next(opt, words))
                    letters = ""
        else:
            arguments.append(word)
    return given, arguments


def _known(opt: str, options: Mapping[str, Parameter]) -> Parameter:
    found = options.get(opt)
    if found is None:
        from difflib import get_close_matches

        near = ", ".join(sorted(get_close_matches(opt, options)))
        raise LineError("cli.no_such_option", name=opt, hint=say("cli.did_you_mean", names=near) if near else "")
    return found


def _next(opt: str, words: Iterator[str]) -> str:
    for word in words:
        return word
    raise LineError("cli.needs_value", name=opt)


def value_of(parameter: Parameter, texts: Sequence[str]) -> object:
    """The value of a parameter to which these texts were given. Raises LineError."""
    if parameter.is_flag:
        return bool(texts)
    if parameter.many:
        return tuple(_value(parameter, text) for text in texts)
    return _value(parameter, texts[-1]) if texts else parameter.default


def _value(parameter: Parameter, text: str) -> object:
    if parameter.kind is None:
        return text
    try:
        return parameter.kind.value(text)
    except UsageError as error:
        raise LineError("cli.bad_value", name=parameter.shown, detail=error.text(default_language())) from error
