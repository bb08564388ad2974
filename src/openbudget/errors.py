"""Errors that a person can act on.

    OpenBudgetError                 4  a fault of the program (base class)
    ├── UsageError                  2  the command or its options are wrong
    ├── SourceError                 3  the source cannot be read or is not recognised
    │   ├── UnreadableError         3  damaged, encrypted, of an unknown format …
    │   ├── LimitError              3  larger, deeper or slower than a stated limit
    │   └── NotRecognisedError      3  read, but not a budget disclosure, or a fact is missing
    │       └── TemplateError       3  cells of a form are not filled in rightly
    ├── PackageError                3  a folder or file is not a data package that can be read
    ├── WriteError                  3  nothing could be written; what was there is untouched
    └── PublishError                5  the target refused or failed

The number is the exit code. Every error names a message of the catalogue (`openbudget.messages`) by key;
that message says what is wrong, where, and what to do, in Chinese and in English.
"""

from __future__ import annotations

import errno

from openbudget.messages import default_language, say

SYSTEM = (
    "ENOENT",
    "EACCES",
    "EPERM",
    "EROFS",
    "ENOSPC",
    "ENOTDIR",
    "EISDIR",
    "EEXIST",
    "ENAMETOOLONG",
)  # with messages


class OpenBudgetError(Exception):
    """An error with a message of the catalogue.

    `key` names the message (`readers.empty_file`); `args` fill its placeholders. `str(error)` is English;
    `error.text("zh")` gives the wanted language.
    """

    exit_code = 4

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.args_by_name = args

    def text(self, language: str) -> str:
        """The message in `language` (`zh` or `en`), with its placeholders filled."""
        return say(self.key, language, **self.args_by_name)

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.key, self.args_by_name))


def reason_of(error: OSError) -> str:
    """Why the system refused, in the person's language; as the system says it where it is nothing common."""
    name = errno.errorcode.get(error.errno or 0, "")
    if name in SYSTEM:
        return say(f"system.{name}", default_language())
    return error.strerror or str(error)


def _rebuild(kind: type[OpenBudgetError], key: str, args: dict[str, object]) -> OpenBudgetError:
    return kind(key, **args)


class UsageError(OpenBudgetError):
    """The command or its options are wrong."""

    exit_code = 2


class SourceError(OpenBudgetError):
    """The source cannot be read or is not recognised."""

    exit_code = 3


class UnreadableError(SourceError):
    """The source is damaged, encrypted or of a format that is not known."""


class LimitError(SourceError):
    """The source is larger, deeper or slower than a stated limit."""


class NotRecognisedError(SourceError):
    """The source was read, but is no budget disclosure, or a mandatory fact is missing."""


class TemplateError(NotRecognisedError):
    """Cells of a form are not filled in rightly. `problems`: (key, args) of a message for each. The text lists them under
    the message `<key>_list`; that of `key` itself only says which cells."""

    _most = 50

    def text(self, language: str) -> str:
        problems = list(self.args_by_name["problems"])  # type: ignore[call-overload]
        lines = [say(key, language, **args) for key, args in problems[: self._most]]
        more = ["…"] if len(problems) > self._most else []
        return "\n  ".join([say(f"{self.key}_list", language, **self.args_by_name), *lines, *more])


class PackageError(OpenBudgetError):
    """A folder or file is not a data package that can be read."""

    exit_code = 3


class WriteError(OpenBudgetError):
    """Nothing could be written; what was there before is untouched."""

    exit_code = 3


class PublishError(OpenBudgetError):
    """The target of a publication refused or failed."""

    exit_code = 5
