"""Many faults as a data frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from openbudget.tabular.faults import Fault


class Kind(NamedTuple):
    """What the faults of one kind have in common: rule, column, field, what is expected, message."""

    rule: str
    place: int
    field: str | None
    expected: str
    key: str | None = None


SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "number": pl.UInt64,  # of the record, within its block or file
    "line": pl.UInt64,
    "kind": pl.UInt32,
    "text": pl.String,
    "id": pl.String,
    "expected": pl.String,  # where it is another than the kind's
}


@dataclass(frozen=True)
class FrameBatch:
    """Faults in the order of rows: a frame as `SCHEMA` says, and the kinds it refers to by index."""

    frame: pl.DataFrame
    kinds: Sequence[Kind]

    @property
    def counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for kind, count in self.frame["kind"].value_counts().iter_rows():
            counts[self.kinds[kind].rule] += count
        return counts

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Fault]:
        for number, line, kind, text, identity, expected in self.frame.iter_rows():
            rule, place, field, usual, key = self.kinds[kind]
            yield Fault(rule, number, line, place, field, text, usual if expected is None else expected, identity, key)

    def moved(self, records: int, lines: int) -> FrameBatch:
        """The same, `records` records and `lines` lines further on."""
        return FrameBatch(self.frame.with_columns(pl.col("number") + records, pl.col("line") + lines), self.kinds)


def joined(frames: Sequence[pl.DataFrame], kinds: Sequence[Kind]) -> FrameBatch:
    """One batch of several frames, put in the order of rows and columns."""
    places = pl.Series([kind.place for kind in kinds], dtype=pl.Int32)
    whole = pl.concat(frames)
    order = pl.DataFrame({"number": whole["number"], "place": places.gather(whole["kind"])}).select(
        pl.arg_sort_by("number", "place", maintain_order=True)
    )
    return FrameBatch(whole[order.to_series()], kinds)
