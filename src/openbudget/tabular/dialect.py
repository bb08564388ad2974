"""The dialect of a delimited text file: CSV Dialect (Data Package v1) and Table Dialect (v2)."""

from collections.abc import Mapping
from typing import NamedTuple


class Dialect(NamedTuple):
    """How cells and rows are told apart. `header_rows` numbers rows from 1 (none: no header); `faults` lists the
    properties that could not be understood (their defaults are used)."""

    delimiter: str = ","
    quote: str | None = '"'
    double_quote: bool = True
    escape: str | None = None
    skip_initial_space: bool = False
    header_rows: tuple[int, ...] = (1,)
    header_join: str = " "
    header_case: bool = True
    comment_char: str | None = None
    comment_rows: frozenset[int] = frozenset()
    null_sequence: str | None = None
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> bool:
        """RFC 4180 with a header in the first row: what the fast engine reads."""
        return self == Dialect(delimiter=self.delimiter, null_sequence=self.null_sequence, header_case=self.header_case)


def read_dialect(descriptor: object, *, tab: bool = False) -> Dialect:
    """The dialect that `descriptor` (an object of `resource.dialect`, or None) stands for.

    `tab`: the file is TSV by its format, so that the delimiter is a tab where the descriptor does not say.
    Never raises: what cannot be understood is in `faults` as (property, value).
    """
    default = "\t" if tab else ","
    if not isinstance(descriptor, Mapping):
        faults = () if descriptor is None else (("dialect", str(descriptor)),)
        return Dialect(delimiter=default, faults=faults)
    given = _Given(descriptor)
    comments = frozenset(given.numbers("commentRows", ()))
    given.texts("itemKeys"), given.text("property", None)  # of JSON data only: told where of a wrong kind
    rows = _beside(given.numbers("headerRows", (1,)), comments)
    return Dialect(
        delimiter=given.char("delimiter", default) or default,
        quote=given.char("quoteChar", '"'),
        double_quote=given.flag("doubleQuote", True),
        escape=given.char("escapeChar", None),
        skip_initial_space=given.flag("skipInitialSpace", False),
        header_rows=rows if given.flag("header", True) else (),
        header_join=given.text("headerJoin", " ") or "",
        header_case=given.flag("headerCase", given.flag("caseSensitiveHeader", True)),
        comment_char=given.text("commentChar", None),
        comment_rows=comments,
        null_sequence=given.text("nullSequence", None),
        faults=tuple(given.faults),
    )


def _beside(rows: tuple[int, ...], comments: frozenset[int]) -> tuple[int, ...]:
    """The rows of a header that are no comments; where all are, the first row after them that is none."""
    kept = tuple(row for row in rows if row not in comments)
    if kept or not rows:
        return kept
    after = rows[-1] + 1
    while after in comments:
        after += 1
    return (after,)


class _Given:
    """Typed access to the properties of a descriptor; notes those of a wrong kind."""

    def __init__(self, descriptor: Mapping[str, object]) -> None:
        nested = descriptor.get("csv")  # as frictionless-py writes it
        self.properties = {**nested, **descriptor} if isinstance(nested, Mapping) else dict(descriptor)
        self.faults: list[tuple[str, str]] = []

    def _fault(self, name: str) -> None:
        self.faults.append((name, str(self.properties[name])))

    def text(self, name: str, default: str | None) -> str | None:
        value = self.properties.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value or default
        self._fault(name)
        return default

    def char(self, name: str, default: str | None) -> str | None:
        if name in self.properties and self.properties[name] in (None, ""):
            return None
        value = self.text(name, default)
        if value is not None and (len(value) != 1 or value in "\r\n"):
            self._fault(name)
            return default
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.properties.get(name, default)
        if isinstance(value, bool):
            return value
        self._fault(name)
        return default

    def numbers(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        value = self.properties.get(name)
        if value is None:
            return default
        if isinstance(value, list) and all(type(item) is int and item > 0 for item in value):
            return tuple(sorted(value))
        self._fault(name)
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.properties.get(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._fault(name)
        return ()
