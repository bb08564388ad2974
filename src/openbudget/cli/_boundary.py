"""Where errors become messages and exit codes, and where the options stand that hold for every command."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import click

from openbudget.cli._frame import echo, help_of, words
from openbudget.errors import OpenBudgetError, UsageError, reason_of
from openbudget.messages import LANGUAGES, default_language

# what the disk or its owner refuses is no fault of the program, wherever it happens; nor is a path that cannot be one
_REFUSED = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP}
)


class Globals(NamedTuple):
    """What the options that may stand anywhere say: the rest of the line, the language, whether to show
    tracebacks, and the mistake made in them, if any (raised later, inside the boundary)."""

    rest: list[str]
    language: str | None
    debug: bool
    mistake: UsageError | None


def global_options(arguments: list[str]) -> Globals:
    """Take `--lang LANGUAGE` and `--debug` out of the line, wherever they stand before a `--`."""
    rest: list[str] = []
    language: str | None = None
    debug = False
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word == "--debug":
            debug = True
        elif word == "--lang" or word.startswith("--lang="):
            language = word.partition("=")[2] or (waiting.pop(0) if waiting else "")
            if language not in LANGUAGES:
                return Globals([], None, debug, UsageError("cli.bad_language", value=language))
        else:
            rest.append(word)
    return Globals(rest, language, debug, None)


def guard(work: Callable[[], int], debug: bool = False) -> int:
    """Run `work`; every error becomes a message on stderr and an exit code (see `openbudget.cli`)."""
    try:
        with _ending_when_told():
            code = work()
        sys.stdout.flush()
        return code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        _complain(usage_text(error), _hint(error))
        return 2
    except OpenBudgetError as error:
        if debug:
            _traceback()
        _complain(error.text(default_language()))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _complain(words("interrupted"))
        return 130
    except _EndedError:
        _complain(words("interrupted"))
        return 143
    except BrokenPipeError:  # whoever read the output has left: say nothing
        _forget_output()
        return 141
    except OSError as error:
        if error.errno not in _REFUSED:
            return _fault(error, debug)
        if debug:
            _traceback()
        if error.filename is None:  # all files have names, but for what the output goes to
            _forget_output()
            _complain(words("output_refused", reason=reason_of(error)))
        else:
            _complain(words("system_refused", path=os.fsdecode(error.filename), reason=reason_of(error)))
        return 3
    except Exception as error:
        return _fault(error, debug)


class _EndedError(BaseException):
    """The process was told to end. Not an Exception, so that nobody takes it for a failure of the work."""


@contextmanager
def _ending_when_told() -> Iterator[None]:
    """SIGTERM (a service is stopped, a machine shut down) ends the work as Ctrl-C does: what it holds is put away. One
    that comes while this is done changes nothing."""

    def end(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _EndedError

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # only the main thread may
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _forget_output() -> None:
    """Let what is not written yet, and the interpreter's own flush, go nowhere."""
    with suppress(OSError):  # a stream of somebody else's making has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fault(error: Exception, debug: bool) -> int:
    """A fault of the program: say so, and how to report it."""
    if debug:
        _traceback()
    _complain(words("internal_error", kind=type(error).__name__, detail=str(error)[:500]))
    return 4


def usage_text(error: click.UsageError) -> str:
    """The message of a mistake in the command line, in the language of the person."""
    if isinstance(error, click.NoSuchOption):
        return words("no_such_option", name=error.option_name, hint=_maybe(error.possibilities))
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx).replace("'", "") if error.ctx else str(error.param.name)
        if isinstance(error.param, click.Argument) and error.ctx:
            says = help_of(error.ctx.command, error.param, error.ctx).rstrip("。.")
            return words("missing_argument", name=name, says=says)
        return words("missing_option", name=name)
    if isinstance(error, click.BadOptionUsage):
        return words("takes_none" if _is_flag(error) else "needs_value", name=error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.get_error_hint(error.ctx).replace("'", "") if error.ctx else str(error.param.name)
        return words("bad_value", name=name, detail=_wanted(error.param.type, error.message))
    return error.format_message()


def _wanted(kind: object, message: str) -> str:
    if isinstance(kind, click.Choice):
        return words("want_choice", choices=", ".join(str(choice) for choice in kind.choices))
    if isinstance(kind, click.IntRange):
        key = "want_least" if kind.max is None else "want_range"
        return words(key, low=kind.min, high=kind.max)
    if kind is click.INT:
        return words("want_int")
    return message


def _is_flag(error: click.BadOptionUsage) -> bool:
    params = error.ctx.command.params if error.ctx else []
    return any(isinstance(one, click.Option) and one.is_flag and error.option_name in one.opts for one in params)


def _maybe(possibilities: list[str] | None) -> str:
    return words("did_you_mean", names=", ".join(sorted(possibilities))) if possibilities else ""


def _hint(error: click.UsageError) -> str:
    return words("see_help", command=error.ctx.command_path if error.ctx else "openbudget")


def _complain(*lines: str) -> None:
    echo("\n".join([words("error", message=lines[0]), *lines[1:]]), err=True)


def _traceback() -> None:
    import traceback

    traceback.print_exc()
