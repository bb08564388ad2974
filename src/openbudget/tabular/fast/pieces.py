"""Blocks as checked, and the keys of the whole table: hashes while blocks go by, texts where hashes agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from openbudget.tabular.check import reference_text
from openbudget.tabular.fast.batch import FrameBatch
from openbudget.tabular.fast.frame import Frame, fault_frame
from openbudget.tabular.fast.hashes import NONE, HashColumn, Hashes
from openbudget.tabular.fast.plan import Plan
from openbudget.tabular.fast.targets import KeyTexts, of_target
from openbudget.tabular.faults import Fault, FaultStore
from openbudget.tabular.keys import FOREIGN
from openbudget.tabular.schema import ForeignKey
from openbudget.tabular.source import TableSource

if TYPE_CHECKING:
    from openbudget.tabular.keys import Target


@dataclass(frozen=True)
class Piece:
    """A block as checked. `records` and `ends` (line ends) tell where the next one begins; `rows` are not blank.
    `batches` (each with its lane, see FaultStore) count records and lines from 0 at the block, `faults` (of the exact
    checker) as in their stream. `hashes` has one array for each unique key, `added` the keys for each target; `kept` is
    the file of key texts."""

    records: int = 0
    rows: int = 0
    ends: int = 0
    batches: Sequence[tuple[object, FrameBatch]] = ()
    faults: Sequence[Fault] = ()
    hashes: Sequence[Hashes] = ()
    added: Sequence[pl.Series] = ()
    kept: Path | None = None


@dataclass(frozen=True)
class Kept:
    """Where the key texts of a block are; its first record and line, from 0 after the header and from the file's
    beginning."""

    path: Path
    first: int
    line: int
    records: int


@dataclass
class Keys:
    """The keys of a table, in the parts that each block has and as a whole."""

    plan: Plan
    source: TableSource
    references: Sequence[tuple[ForeignKey, Target]]
    targets: dict[tuple[str, ...], KeyTexts]
    seeds: tuple[int, int]
    folder: Path
    kept: list[Kept] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        self.hashes = [HashColumn() for _ in self.plan.uniques]
        self.open: list[tuple[int, ForeignKey, Target]] = []  # references whose target is not complete yet
        self.ready: list[tuple[ForeignKey, KeyTexts | None]] = []  # None: of another kind, so that nothing is found
        for index, (key, target) in enumerate(self.references):
            if key.fields not in self.plan.references:
                continue
            if target.complete:
                self.ready.append((key, self._texts(key, target)))
            else:
                self.open.append((index, key, target))
        # the fields whose texts are kept until the end
        wanted = [name for key in self.plan.uniques for name in key.fields]
        wanted += [name for _, key, _ in self.open for name in key.fields]
        self.names = tuple(dict.fromkeys([*self.plan.identity, *wanted])) if wanted else ()

    def _texts(self, key: ForeignKey, target: Target) -> KeyTexts | None:
        kinds = self.plan.kinds(key.fields)
        there = list(getattr(target, "kinds", kinds))
        return of_target(target, kinds, self.seeds) if there == list(kinds) else None

    # --- a block

    def piece(self, frame: Frame, rows: int, faults: FrameBatch | None) -> Piece:
        """What a block adds. May be called by several threads at once."""
        batches: list[tuple[object, FrameBatch]] = [(None, faults)] if faults else []
        for key, texts in self.ready:
            lost = _lost(frame, key, texts, reference_text(key, self.source))
            if lost is not None:
                batches.append((key, lost))
        hashes = [self._hashes(frame.key(key.fields)) for key in self.plan.uniques]
        targets = [fields for fields in self.targets if fields in self.plan.targets]
        added = [frame.key(fields).drop_nulls().unique() for fields in targets]
        return Piece(frame.records, rows, frame.ends, batches, (), hashes, added, self._keep(frame))

    def _hashes(self, keys: pl.Series) -> Hashes:
        made = keys.hash(self.seeds[0]).to_numpy().copy()
        made[made == NONE] = 1
        if keys.null_count():
            made[keys.is_null().to_numpy()] = NONE
        return made

    def _keep(self, frame: Frame) -> Path | None:
        names = self.names
        if not names:
            return None
        columns = [frame.texts[self.plan.columns[name].name].alias(f"t{index}") for index, name in enumerate(names)]
        columns += [
            frame.key(key.fields).alias(f"u{index}")
            for index, key in enumerate(self.plan.uniques)
            if not self._same(key.fields)
        ]
        columns += [frame.key(key.fields).alias(f"r{index}") for index, key, _ in self.open]
        lines = np.arange(frame.records, dtype=np.uint64) if frame.lines is None else frame.lines
        columns.append(pl.Series("line", lines))
        self._count += 1
        path = self.folder / f"{id(frame)}-{self._count}.arrow"
        pl.DataFrame(columns).write_ipc(path, compression="uncompressed")
        return path

    def _same(self, names: Sequence[str]) -> bool:
        """Whether a key's text is the text of its cell."""
        return len(names) == 1 and self.plan.columns[names[0]].plain is None

    # --- the whole

    def take(self, piece: Piece, first: int, line: int) -> None:
        """Take the keys of a block, in the order of blocks."""
        for column, hashes in zip(self.hashes, piece.hashes, strict=False):
            column.append(hashes)
        targets = [fields for fields in self.targets if fields in self.plan.targets]
        for fields, keys in zip(targets, piece.added, strict=False):
            self.targets[fields].add(keys)
        if piece.kept is not None:
            self.kept.append(Kept(piece.kept, first, line, piece.records))

    def settle(self, faults: FaultStore, header: int) -> None:
        """Tell repeated keys, and foreign keys that are not found in targets that were not complete before."""
        for index, column in enumerate(self.hashes):
            for share, records in enumerate(column.repeated()):
                for batch in self._repeated(index, records, header):
                    faults.add_batch(batch, lane=("unique", index, share))
        for index, key, target in self.open:
            texts = self._texts(key, target)
            for kept in self.kept:
                keys = pl.read_ipc(kept.path, columns=[f"r{index}"]).to_series()
                rows = _absent(keys, texts)
                if len(rows):
                    kind = self.plan.key_kind(FOREIGN, key.fields, reference_text(key, self.source))
                    made = self._faults(self._picked(kept, rows, key.fields, header), key.fields)
                    faults.add_batch(FrameBatch(made, [kind]), lane=("foreign", index))

    def close(self) -> None:
        """Let go of temporary files."""
        for column in self.hashes:
            column.close()

    def _repeated(self, index: int, records: Hashes, header: int) -> Iterator[FrameBatch]:
        """The faults of rows (by number) whose hashes agree with those of others: where their keys agree as well."""
        key = self.plan.uniques[index]
        name = f"t{self.names.index(key.fields[0])}" if self._same(key.fields) else f"u{index}"
        parts = []
        for kept in self.kept:
            here = records[np.searchsorted(records, kept.first) : np.searchsorted(records, kept.first + kept.records)]
            if len(here):
                rows = pl.Series(here - kept.first, dtype=pl.UInt32)
                parts.append(self._picked(kept, rows, key.fields, header, name))
        whole = pl.concat(parts).with_columns(pl.col("number").min().over(name).alias("first"))
        again = whole.filter(pl.col("number") != pl.col("first")).sort("number")
        if again.height:
            made = self._faults(again, key.fields).with_columns(expected=again["first"].cast(pl.String))
            yield FrameBatch(made, [self.plan.key_kind(key.rule, key.fields)])

    def _picked(self, kept: Kept, rows: pl.Series, names: Sequence[str], header: int, *more: str) -> pl.DataFrame:
        """Some rows of a block: their numbers and lines in the file, and the columns of `names`, of the primary key, and
        `more`."""
        wanted = [*(f"t{self.names.index(name)}" for name in (*names, *self.plan.identity)), *more]
        frame = pl.scan_ipc(kept.path).select(pl.col([*dict.fromkeys(wanted), "line"]).gather(rows)).collect()
        return frame.with_columns(
            (rows.cast(pl.UInt64) + kept.first + header + 1).alias("number"), pl.col("line") + kept.line + 1
        )

    def _faults(self, picked: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        def texts(wanted: Sequence[str], separator: str) -> pl.Series:
            return joined_texts([picked[f"t{self.names.index(name)}"] for name in wanted], separator)

        identity = texts(self.plan.identity, "|") if self.plan.identity else None
        return fault_frame(picked["number"], picked["line"], 0, texts(names, ", "), identity)


def joined_texts(columns: Sequence[pl.Series], separator: str) -> pl.Series:
    """The texts of some columns, side by side; a cell that is not there is empty."""
    if len(columns) == 1:
        return columns[0].fill_null("")
    frame = pl.DataFrame([column.alias(str(index)) for index, column in enumerate(columns)])
    return frame.select(pl.concat_str(pl.all().fill_null(""), separator=separator)).to_series()


def _absent(keys: pl.Series, texts: KeyTexts | None) -> pl.Series:
    """The rows whose key is not found."""
    return (keys.is_not_null() if texts is None else texts.absent(keys)).arg_true()


def _lost(frame: Frame, key: ForeignKey, texts: KeyTexts | None, expected: str) -> FrameBatch | None:
    rows = _absent(frame.key(key.fields), texts)
    if not len(rows):
        return None
    plan = frame.plan
    columns = [frame.texts[plan.columns[name].name].gather(rows) for name in key.fields]
    return FrameBatch(
        frame.faults(rows, 0, joined_texts(columns, ", ")), [plan.key_kind(FOREIGN, key.fields, expected)]
    )
