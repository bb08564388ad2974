"""Faults of a table: counted without end, kept within bounded memory, made into findings when they are read."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from openbudget.messages import say
from openbudget.model.digest import sha256
from openbudget.model.finding import Finding, Outcome, Severity
from openbudget.tabular.temporary import temporary_file

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


if TYPE_CHECKING:

    class FaultBatch(Protocol):
        """Many faults in a closer form than a list, which can be pickled. They stand in the order of rows. `last`: the
        number of the last record; `cut`: those up to a record, and the others; `merged`: with those of other batches of the
        same table, in order."""

        @property
        def counts(self) -> Counter[str]: ...

        def __len__(self) -> int: ...

        def __iter__(self) -> Iterator[Fault]: ...

        @property
        def last(self) -> int: ...

        def cut(self, number: int) -> tuple[Any, Any]: ...

        def merged(self, others: Sequence[Any]) -> Any: ...

    Piece = list[Fault] | FaultBatch


class FaultStore:
    """Takes faults in lists or batches; gives them back in the order of rows. Beyond 100,000 they go to temporary
    files. `counts` is by rule and complete.

    Whoever finds faults in the order of rows has a lane of its own; the lanes are merged when faults are read.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lanes: dict[object, _Lane] = {}

    def extend(self, faults: Iterable[Fault], lane: object = None) -> None:
        faults = list(faults)
        if faults:
            self.counts.update(fault.rule for fault in faults)
            self._lanes.setdefault(lane, _Lane()).take(faults)

    def add(self, fault: Fault) -> None:
        self.extend((fault,))

    def add_batch(self, batch: FaultBatch, lane: object = None) -> None:
        if len(batch):
            self.counts.update(batch.counts)
            self._lanes.setdefault(lane, _Lane()).take(batch)

    def __len__(self) -> int:
        return self.counts.total()

    def __iter__(self) -> Iterator[Fault]:
        lanes = [lane.pieces() for lane in self._lanes.values()]
        return chain.from_iterable(lanes[0] if len(lanes) == 1 else _merged(lanes))


class _Lane:
    """Faults of one origin, in the order of rows; most of them on disk where they are many."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._held = 0
        self._spilled: IO[bytes] | None = None

    def take(self, piece: list[Fault] | FaultBatch) -> None:
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held > _IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        import pickle

        if self._spilled is None:
            self._spilled = temporary_file(self)
        self._spilled.seek(0, 2)
        for piece in self._pieces:
            pickle.dump(piece, self._spilled, pickle.HIGHEST_PROTOCOL)
        self._pieces.clear()
        self._held = 0

    def pieces(self) -> Iterator[Piece]:
        """The faults as they came, piece by piece."""
        if self._spilled is not None:
            import pickle

            place = 0
            while True:
                self._spilled.seek(place)
                try:
                    piece = pickle.load(self._spilled)
                except EOFError:
                    break
                place = self._spilled.tell()  # another reader may move the file between two pieces
                yield piece
        yield from self._pieces


def _merged(lanes: Sequence[Iterator[Piece]]) -> Iterator[Iterable[Fault]]:
    """The faults of several lanes in the order of rows and columns, piece by piece; of each lane one piece at a time is
    held."""
    heads: list[Piece | None] = [None for _ in lanes]
    while True:
        heads = [head if head else next(lane, None) for head, lane in zip(heads, lanes, strict=True)]
        bounds = [_last(head) for head in heads if head]
        if not bounds:
            return
        cuts = [_cut(head, min(bounds)) if head else (None, None) for head in heads]
        heads = [rest for _, rest in cuts]
        parts = [part for part, _ in cuts if part]
        lists = [part for part in parts if isinstance(part, list)]
        batches: list[Any] = [part for part in parts if not isinstance(part, list)]
        if len(batches) > 1:
            batches = [batches[0].merged(batches[1:])]
        if lists:
            yield sorted((fault for part in (*lists, *batches) for fault in part), key=_order)
        else:
            yield batches[0]


def _last(piece: Piece) -> int:
    return piece[-1].number or 0 if isinstance(piece, list) else piece.last


def _cut(piece: Piece, number: int) -> tuple[Piece, Piece]:
    """The faults of records up to `number`, and the others."""
    if not isinstance(piece, list):
        return piece.cut(number)
    end = bisect_right(piece, number, key=lambda fault: fault.number or 0)
    return piece[:end], piece[end:]


def _order(fault: Fault) -> tuple[int, int]:
    return fault.number or 0, fault.place


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
    return sha256("\x1f".join(part or "" for part in parts).encode())[:16]


def _shortened(text: str | None) -> str:
    if text is None:
        return ""
    text = text.replace("\r", "␍").replace("\n", "␤")
    return text if len(text) <= 80 else f"{text[:77]}…"
