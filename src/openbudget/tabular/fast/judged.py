"""A block against the columns of a schema: its faults, and the hashes of its keys."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from openbudget.tabular.dialect import Dialect
from openbudget.tabular.encoding import Decoding
from openbudget.tabular.fast.batch import Batch
from openbudget.tabular.fast.cells import NOBODY, Cells, Rows
from openbudget.tabular.fast.keytext import key_text, kind_of
from openbudget.tabular.fast.narrow import Match, Narrow
from openbudget.tabular.fast.plan import Plan, PlannedColumn
from openbudget.tabular.fast.texts import NONE, Hashes, Texts, chained, combined, key_hashes, texts_of
from openbudget.tabular.records import Block, Records
from openbudget.tabular.rows import Checked, RowChecker

if TYPE_CHECKING:
    from typing import Protocol

    class Part(Protocol):
        """Some rows of a block: the numbers and lines (from 0 at the block) of their records, and their keys."""

        numbers: np.ndarray
        lines: np.ndarray
        found: Found

        def hashes(self, names: Sequence[str], seed: int) -> Hashes:
            """The hash of each row's key; NONE where a part is blank or faulty."""
            ...

        def shown(self, names: Sequence[str], rows: Rows, between: str) -> Texts:
            """The texts of some fields of some rows, joined."""
            ...


@dataclass
class Found:
    """Faulty cells and keys: rows, kinds, and texts by their place in `texts`, column after column."""

    rows: list[np.ndarray] = field(default_factory=list)
    kinds: list[np.ndarray] = field(default_factory=list)
    which: list[np.ndarray] = field(default_factory=list)
    texts: list[Texts] = field(default_factory=list)
    count: int = 0

    def keep(self, texts: Texts) -> np.uint32:
        """Take some texts; gives the place of the first."""
        self.texts.append(texts)
        self.count += len(texts)
        return np.uint32(self.count - len(texts))

    def add(self, rows: Rows, kinds: np.ndarray, which: np.ndarray) -> None:
        self.rows.append(rows)
        self.kinds.append(kinds)
        self.which.append(which)

    def batch(self, part: Part, plan: Plan) -> Batch | None:
        """All of them in the order of rows and columns; None of none."""
        if not self.rows:
            return None
        rows, kinds, which = (np.concatenate(arrays) for arrays in (self.rows, self.kinds, self.which))
        if len(self.rows) > 1:
            places = np.array([kind.place for kind in plan.kinds.known], np.uint64)
            order = np.argsort((rows.astype(np.uint64) << np.uint64(20)) + places[kinds], kind="stable")
            rows, kinds, which = rows[order], kinds[order], which[order]
        ids = part.shown(plan.identity, rows, "|") if plan.identity else None
        numbers, lines, texts = part.numbers[rows], part.lines[rows], chained(self.texts)
        return Batch(plan.kinds.all(), numbers, lines, kinds, which, texts, ids)


class Judged:
    """The rows of a block that are as wide as the header, checked (of their cells those of the fields `names`; None: all);
    a `Part`."""

    def __init__(self, cells: Cells, plan: Plan, names: Sequence[str] | None = None) -> None:
        self.cells = cells
        self.plan = plan
        self.numbers, self.lines = cells.numbers.astype(np.int64), cells.lines.astype(np.int64)
        self.found = Found()
        self._valueless: dict[str, Rows] = {}
        self._texts: dict[str, tuple[Rows, list[str | None], np.ndarray]] = {}
        for name in plan.columns if names is None else names:
            self._judge(plan.columns[name])

    def _judge(self, column: PlannedColumn) -> None:
        cells = self.cells
        if column.narrow is None:
            rows = np.arange(cells.rows, dtype=np.uint32)
        else:
            rows = cells.refused(column.narrow, column.at)
        if not len(rows):
            return
        listed, which = cells.distinct(column.at, rows)
        verdicts = [column.verdict(text) for text in listed]
        without = np.array([verdict.key is None for verdict in verdicts])
        if without.any():
            self._valueless[column.field.name] = rows[without[which]]
        counts = np.array([len(verdict.kinds) for verdict in verdicts])
        if not counts.any():
            return
        flat = np.array([kind for verdict in verdicts for kind in verdict.kinds], np.uint32)
        begins, kept = np.cumsum(counts) - counts, self.found.keep(texts_of(listed))
        for step in range(int(counts.max())):  # the first fault of each cell, the second of those that have one …
            hit = counts[which] > step
            places = which[hit]
            self.found.add(rows[hit], flat[begins[places] + step], places + kept)

    def hashes(self, names: Sequence[str], seed: int) -> Hashes:
        return combined([self._hashes(self.plan.columns[name], seed) for name in names])

    def _hashes(self, column: PlannedColumn, seed: int) -> Hashes:
        name = column.field.name
        made = self.cells.hashes(column.at, seed, none="" in column.field.missing)
        if name not in self._texts:
            self._texts[name] = self._others(column)
        rows, keys, which = self._texts[name]
        if len(rows) or name in self._valueless:
            made = made.copy()
        if len(rows):
            made[rows] = key_hashes(keys, seed)[which]
        if name in self._valueless:
            made[self._valueless[name]] = NONE
        return made

    def _others(self, column: PlannedColumn) -> tuple[Rows, list[str | None], np.ndarray]:
        """The rows whose cell is not its key's text as it stands; the texts of their keys, and which is whose."""
        cells = self.cells
        if column.own is True:
            rows = cells.doubled(column.at)
        elif column.own is False:
            rows = np.arange(cells.rows, dtype=np.uint32)
        else:
            empty = 1 if "" in column.field.missing else 2
            rows = cells.refused(Narrow((Match(column.own),), empty), column.at)
        if not len(rows):
            return NOBODY, [], NOBODY
        listed, which = cells.distinct(column.at, rows)
        return rows, [column.verdict(text).key for text in listed], which

    def shown(self, names: Sequence[str], rows: Rows, between: str) -> Texts:
        return self.cells.gather([self.plan.columns[name].at for name in names], rows, between.encode())


class Exactly:
    """Rows that the exact checker went through; a `Part`. `first`: the numbers of the block count from there, `line` its
    lines."""

    def __init__(self, checked: Checked, plan: Plan, first: int, line: int) -> None:
        self.checked = checked
        self.plan = plan
        self.found = Found()
        self.numbers = np.array(checked.block.numbers, np.int64) - first
        self.lines = np.array(checked.block.lines, np.int64) - line

    def hashes(self, names: Sequence[str], seed: int) -> Hashes:
        return combined([self._hashes(name, seed) for name in names])

    def _hashes(self, name: str, seed: int) -> Hashes:
        kind = kind_of(self.plan.columns[name].field)
        return key_hashes([key_text(value, kind) for value in self.checked.values[name]], seed)

    def shown(self, names: Sequence[str], rows: Rows, between: str) -> Texts:
        columns = [self.checked.texts[self.checked.place_of[name]] for name in names]
        return texts_of([between.join(column[row] or "" for column in columns) for row in rows.tolist()])


def odd_rows(cells: Cells, plan: Plan, dialect: Dialect) -> Exactly | None:
    """The rows of a block that are not as wide as the header, or blank, by the exact checker. Their numbers and lines
    count from 1 at the block."""
    if not len(cells.odd):
        return None
    text = b"".join(cells.record(index) for index in range(len(cells.odd)))
    records = Records(io.BytesIO(text), Decoding("utf-8"), dialect._replace(header_rows=()))
    whole = Block()
    for block in records:
        whole.rows += block.rows
    whole.numbers = (cells.odd[:, 0].astype(np.int64) + 1).tolist()
    whole.lines = (cells.odd[:, 1].astype(np.int64) + 1).tolist()
    checker = RowChecker(plan.exact, plan.layout, plan.schema.primary_key)
    return Exactly(checker.check(whole), plan, 1, 1)
