"""A block of records as a data frame: its faults, and the texts of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from openbudget.tabular.fast.batch import SCHEMA, FrameBatch, Kind, joined
from openbudget.tabular.fast.blocks import Shape
from openbudget.tabular.fast.keytext import key_text, kind_of
from openbudget.tabular.fast.plan import Plan, PlannedColumn
from openbudget.tabular.rows import Checked

Lines = np.ndarray
_FEW = 2000  # cells
_FEW_TEXTS = 24_000
_ENOUGH = 40_000  # rows


@dataclass
class Frame:
    """The records of a block. `texts` has a column for each column of the file (null: the cell is not there, or the row
    is blank). Records and lines count from 0 at the block; `lines` is None where record i is on line i, `ends` are the
    line ends of the block. `settled` has the key texts that are known; `faulty` texts that have no value, by field."""

    plan: Plan
    texts: pl.DataFrame
    records: int
    lines: Lines | None = None
    ends: int = 0
    settled: dict[str, pl.Series] = field(default_factory=dict)
    faulty: dict[str, list[str]] = field(default_factory=dict)

    def faults(self, rows: pl.Series, kind: pl.Series | int, text: pl.Series) -> pl.DataFrame:
        """A frame of faults, as `batch.SCHEMA` says."""
        numbers = rows.cast(pl.UInt64)
        lines = numbers if self.lines is None else pl.Series(self.lines[rows.to_numpy()], dtype=pl.UInt64)
        names = [self.plan.columns[name].name for name in self.plan.identity]
        identity = None
        if names:
            picked = self.texts.select(pl.col(names).gather(rows).fill_null(""))
            identity = picked.select(pl.concat_str(pl.all(), separator="|")).to_series()
        return fault_frame(numbers, lines, kind, text, identity)

    def key(self, names: Sequence[str]) -> pl.Series:
        """The key of each row as one text; null where a part is blank or faulty."""
        parts = [self._part(self.plan.columns[name]) for name in names]
        if len(parts) == 1:
            return parts[0]
        frame = pl.DataFrame([part.alias(str(index)) for index, part in enumerate(parts)])
        sized = [pl.col(name).str.len_bytes().cast(pl.String) + ":" + pl.col(name) for name in frame.columns]
        return frame.select(pl.concat_str(sized, ignore_nulls=False)).to_series()

    def _part(self, column: PlannedColumn) -> pl.Series:
        name = column.field.name
        if name not in self.settled:
            self.settled[name] = self._key_texts(column)
        return self.settled[name]

    def _key_texts(self, column: PlannedColumn) -> pl.Series:
        texts = self.texts[column.name]
        none = [*sorted(column.field.missing), *self.faulty.get(column.field.name, ())]
        if column.plain is not None:
            plain = self.texts.lazy().select(column.plain.alias("plain")).collect().to_series()
            if len(plain) == 1 and len(texts) != 1:
                plain = plain.new_from_index(0, len(texts))
            others = texts.filter(~plain).unique().to_list()
            kind = kind_of(column.field)
            made = {text: key_text(column.exact.cell(text)[0], kind) for text in others if text is not None}
            old = [text for text, key in made.items() if key is not None and key != text]
            none += [text for text, key in made.items() if key is None]
            texts = texts.replace(old, [made[text] for text in old]) if old else texts
            blank = self.texts[column.name].is_in(none)
        elif len(none) == 1:
            blank = texts == none[0]
        else:
            blank = texts.is_in(none)
        if not none or not blank.any():
            return texts
        return texts.set(blank.fill_null(False), None)


def read_frame(data: bytes, shape: Shape, plan: Plan, delimiter: str) -> Frame | None:
    """A well-formed block as a frame; None where its rows are not all as wide as the header, or some are blank."""
    texts = block_texts(data, shape, len(plan.names), delimiter)
    if texts is None:
        return None
    records = texts.height
    frame = Frame(plan, texts, records, ends=records + int(shape.ends.sum()))
    if len(shape.inner):
        more = np.zeros(records + 1, np.uint64)
        np.add.at(more, shape.inner + 1, shape.ends.astype(np.uint64))
        frame.lines = np.arange(records, dtype=np.uint64) + np.cumsum(more[:-1])
    return frame


def block_texts(data: bytes, shape: Shape, width: int, delimiter: str) -> pl.DataFrame | None:
    """The cells of a well-formed block, in columns c0, c1 …; None where its rows are not all `width` cells wide, or some
    are blank."""
    try:
        texts = pl.read_csv(
            data,
            has_header=False,
            schema=dict.fromkeys((f"c{index}" for index in range(width)), pl.String),
            separator=delimiter,
            empty_string_is_null=False,
            extra_columns="raise",
            missing_columns="raise",
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return texts if shape.fits(texts.height, width) and not _has_blank_row(texts) else None


def _has_blank_row(texts: pl.DataFrame) -> bool:
    suspects = texts.get_column(texts.columns[0]) == ""
    if not suspects.any():
        return False
    return bool(texts.filter(suspects).select(pl.all_horizontal(pl.all() == "").any()).item())


def faults_of(frame: Frame) -> FrameBatch | None:
    """The faults of the cells of a frame of a well-formed block; None where there are none."""
    plan = frame.plan
    judged = [
        column.accepts.alias(column.name)
        for column in plan.columns.values()
        if isinstance(column.accepts, pl.Expr) and not column.looked_up
    ]
    flags = frame.texts.lazy().select(judged).collect() if judged else pl.DataFrame()
    found = _Found(frame)
    for column in plan.columns.values():
        texts = frame.texts.get_column(column.name)
        if column.accepts is True:
            continue
        if column.accepts is False:
            found.look(column, pl.int_range(len(texts), eager=True, dtype=pl.UInt32), texts)
            continue
        if column.name in flags.columns:
            rows = _unaccepted(flags.get_column(column.name))
            _learn(column, texts, rows)
        else:
            rows = _unknown(texts, column)
        if len(rows):
            found.look(column, rows, texts.gather(rows))
    return found.batch()


def _unaccepted(accepted: pl.Series) -> pl.Series:
    return pl.Series([], dtype=pl.UInt32) if accepted.all() else (~accepted).arg_true()


def _unknown(texts: pl.Series, column: PlannedColumn) -> pl.Series:
    """The rows whose text is not among the known ones, and that the predicate does not accept either."""
    rows = _unaccepted(texts.is_in(column.known[0].implode()))
    if not len(rows) or not isinstance(column.accepts, pl.Expr):
        return rows
    accepted = texts.gather(rows).to_frame(column.name).select(column.accepts).to_series()
    return rows.filter(~accepted)


def _learn(column: PlannedColumn, texts: pl.Series, wrong: pl.Series) -> None:
    """Remember the valid texts of a column that has few (of others an empty series)."""
    if column.known or len(texts) < _ENOUGH:
        return
    distinct = texts.unique()
    if len(distinct) > _FEW_TEXTS:
        distinct = distinct.clear()
    elif len(wrong):
        distinct = distinct.filter(~distinct.is_in(texts.gather(wrong).unique().implode()))
    column.known.append(distinct)


class _Found:
    """The faults of a frame, column by column: few of them in lists, many in frames."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.kinds: list[Kind] = []
        self.rows: list[int] = []
        self.numbers: list[int] = []
        self.texts: list[str] = []
        self.frames: list[pl.DataFrame] = []

    def look(self, column: PlannedColumn, rows: pl.Series, texts: pl.Series) -> None:
        """Check some cells of a column by the exact checker, each distinct text once."""
        few = len(texts) < _FEW
        listed = texts.to_list()
        broken: dict[str, list[int]] = {}
        known: dict[Kind, int] = {}
        for text in set(listed) if few else texts.unique().to_list():
            value, wrong = column.exact.cell(text)
            for one in wrong:
                kind = Kind(one.rule, column.place, column.field.name, one.expected, one.key)
                if kind not in known:
                    known[kind] = len(self.kinds)
                    self.kinds.append(kind)
                broken.setdefault(text, []).append(known[kind])
            if wrong and value is None:
                self.frame.faulty.setdefault(column.field.name, []).append(text)
        if few and broken:
            for row, text in zip(rows.to_list(), listed, strict=True):
                for number in broken.get(text, ()):
                    self.rows.append(row)
                    self.numbers.append(number)
                    self.texts.append(text)
        elif broken:
            pairs = [(text, number) for text, numbers in broken.items() for number in numbers]
            mapping = pl.DataFrame(pairs, schema={"text": pl.String, "kind": pl.UInt32}, orient="row")
            cells = pl.DataFrame({"row": rows, "text": texts})
            hit = cells.join(mapping, on="text", how="inner", maintain_order="left_right")
            self.frames.append(self.frame.faults(hit["row"], hit["kind"], hit["text"]))

    def batch(self) -> FrameBatch | None:
        if self.rows:
            rows = pl.Series(self.rows, dtype=pl.UInt32)
            kinds, texts = pl.Series(self.numbers, dtype=pl.UInt32), pl.Series(self.texts, dtype=pl.String)
            self.frames.append(self.frame.faults(rows, kinds, texts))
        return joined(self.frames, self.kinds) if self.frames else None


def exact_frame(checked: Checked, plan: Plan, records: int, first: int, lines: tuple[int, int]) -> Frame:
    """A frame of the records that the exact checker went through, from number `first` on. `lines`: where the block
    begins, and where the next one does."""
    block = checked.block
    rows = [number - first for number in block.numbers]
    begins = np.zeros(records, np.uint64)
    begins[rows] = np.array(block.lines, np.uint64) - np.uint64(lines[0])

    def spread(values: Sequence[str | None]) -> list[str | None]:
        if len(rows) == records:
            return list(values)
        whole: list[str | None] = [None] * records
        for row, value in zip(rows, values, strict=True):
            whole[row] = value
        return whole

    columns = [pl.Series(name, spread(texts), pl.String) for name, texts in zip(plan.names, checked.texts, strict=True)]
    settled = {}
    for name in {*plan.in_keys, *(name for key in plan.targets for name in key)}:
        kind = kind_of(plan.columns[name].field)
        settled[name] = pl.Series(spread([key_text(value, kind) for value in checked.values[name]]), dtype=pl.String)
    return Frame(plan, pl.DataFrame(columns), records, begins, lines[1] - lines[0], settled)


def fault_frame(
    number: pl.Series, line: pl.Series, kind: pl.Series | int, text: pl.Series, identity: pl.Series | None
) -> pl.DataFrame:
    """A frame of faults, as `batch.SCHEMA` says."""
    columns = {"number": number, "line": line, "text": text}
    constants = {"expected": pl.lit(None)}
    if isinstance(kind, pl.Series):
        columns["kind"] = kind
    else:
        constants["kind"] = pl.lit(kind)
    if identity is not None:
        columns["id"] = identity
    else:
        constants["id"] = pl.lit(None)
    whole = pl.DataFrame(columns).with_columns(**constants)
    return whole.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
