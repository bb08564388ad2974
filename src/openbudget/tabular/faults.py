"""Faults of a table: counted without end, kept within bounded memory, made into findings when they are read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, NamedTuple

from openbudget.messages import say
from openbudget.model.finding import Finding, Outcome, Severity

_IN_MEMORY = 100_000
_LANGUAGES = ("zh", "en")


class Fault(NamedTuple):
    """One fault. `number` counts records from 1 (the header is 1; None: the table as a whole), `line` the lines of
    the file; `place` is the index of the column (-1: the row); `id` is the row's primary key as text."""

    rule: str
    number: int | None
    line: int | None
    place: int
    field: str | None
    text: str | None
    expected: str
    id: str | None = None
    key: str | None = None  # another message than the rule's own
    args: tuple[tuple[str, object], ...] = ()  # what that message names besides

    def with_args(self, args: Mapping[str, object]) -> Fault:
        return self._replace(args=tuple(args.items()))


class FaultStore:
    """Takes faults one by one or in lists; gives them back in the order taken. Beyond 100,000 they go to a temporary
    file. `counts` is by rule and complete."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._kept: list[Fault] = []
        self._spilled: IO[bytes] | None = None

    def extend(self, faults: Iterable[Fault]) -> None:
        before = len(self._kept)
        self._kept.extend(faults)
        self.counts.update(fault.rule for fault in self._kept[before:])
        if len(self._kept) > _IN_MEMORY:
            self._spill()

    def add(self, fault: Fault) -> None:
        self.extend((fault,))

    def _spill(self) -> None:
        import pickle
        import tempfile

        if self._spilled is None:
            self._spilled = tempfile.TemporaryFile(prefix="openbudget-")  # noqa: SIM115
        pickle.dump([tuple(fault) for fault in self._kept], self._spilled, pickle.HIGHEST_PROTOCOL)
        self._kept.clear()

    def __del__(self) -> None:
        if self._spilled is not None:
            self._spilled.close()

    def __len__(self) -> int:
        return self.counts.total()

    def __iter__(self) -> Iterator[Fault]:
        if self._spilled is not None:
            import pickle

            self._spilled.seek(0)
            while True:
                try:
                    batch = pickle.load(self._spilled)
                except EOFError:
                    break
                yield from map(Fault._make, batch)
        yield from self._kept


def finding_of(fault: Fault, table: str, path: str | None) -> Finding:
    """The finding that a fault becomes, with its message in both languages."""
    args = {
        "table": table,
        "row": fault.number,
        "field": fault.field,
        "value": _shortened(fault.text),
        "expected": fault.expected,
        **dict(fault.args),
    }
    key = fault.key or f"tabular.{fault.rule}"
    business = fault.id if fault.id is not None else f"#{fault.text}"
    return Finding(
        rule=fault.rule,
        severity=Severity.ERROR,
        outcome=Outcome.FAIL,
        fingerprint=fingerprint(fault.rule, table, business, fault.field, fault.text, fault.expected),
        message={language: say(key, language, **args) for language in _LANGUAGES},
        table=table,
        row_id=fault.id,
        field=fault.field,
        expected=fault.expected or None,
        actual=fault.text,
        path=path,
        line=fault.line,
    )


def fingerprint(*parts: str | None) -> str:
    """16 hex digits made of rule and business keys."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:16]


def _shortened(text: str | None) -> str:
    if text is None:
        return ""
    text = text.replace("\r", "␍").replace("\n", "␤")
    return text if len(text) <= 80 else f"{text[:77]}…"
