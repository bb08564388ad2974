"""Comma-separated values (RFC 4180), with comma or semicolon. Tab-separated text is read as text, where each
place is exact."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import PurePath

from openbudget.errors import UnreadableError
from openbudget.model.document import Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.decode import decode, normalise_lines
from openbudget.readers.sniff import Sample

MEDIA_TYPE = "text/csv"
SAMPLE_ROWS = 200
_BEFORE = re.compile(r"\n?\d{1,3}\D*?[^\W\d]")  # read backwards, which takes time by the length
_AFTER = re.compile(r"\d{3}(?!\d)")
MOST_LONE = 5  # lines of a single field before or behind the rows


def read_csv(name: str, data: bytes) -> Document:
    """The document of a CSV file: one sheet, named as the file is without its ending."""
    from openbudget.readers.sheet import SheetData, Value, blocks_of  # every plain text is asked whether it is CSV

    limits.check_text(name, len(data))
    text, charset = decode(name, data)
    try:
        rows = _parsed(normalise_lines(text), _delimiter(text) or ",")
    except csv.Error as error:  # a field longer than the module takes: a quotation mark that nothing closes
        raise UnreadableError("readers.csv_field", name=name, limit=csv.field_size_limit()) from error
    sheet = SheetData(PurePath(name).stem)
    for row, fields in enumerate(rows):
        for col, value in enumerate(fields):
            if stripped := value.strip():
                sheet.values[row, col] = Value(stripped)
    limits.check_cells(name, len(sheet.values))
    blocks, diagnostics = blocks_of([sheet])
    return Document(describe(name, data, MEDIA_TYPE, "csv", charset), blocks, tuple(diagnostics))


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _delimiter(text: str) -> str | None:
    """The delimiter by which every row has the same number of fields, two at least; None where there is none.

    Prose with commas does not pass: its lines have differing numbers of them.
    """
    head = text[:200_000]
    for delimiter in (",", ";"):
        try:
            rows = _parsed(head, delimiter)
        except csv.Error:
            continue
        rows = [row for row in (rows[:-1] if len(text) > len(head) else rows) if row][:SAMPLE_ROWS]
        body = _without_lone(rows)
        widths = {len(row) for row in body}
        filled = [row for row in body if sum(1 for value in row if value.strip()) > 1]
        least = 2 if len(body) == len(rows) else 3
        parted = delimiter == "," and any(map(_parts_a_figure, body))
        if len(widths) == 1 and min(widths) >= least and len(filled) >= least and not parted:
            return delimiter
    return None


def _parts_a_figure(row: list[str]) -> bool:
    """True where a comma stands between the thousands of a figure within a text (`收入为1,234元`)."""
    return any(_BEFORE.match(left[::-1]) and _AFTER.match(right) for left, right in pairwise(row))


def _without_lone(rows: list[list[str]]) -> list[list[str]]:
    """The rows without a few of one field before and behind: titles and notes."""
    first, last = 0, len(rows)
    while first < min(MOST_LONE, last) and len(rows[first]) == 1:
        first += 1
    while last > max(first, len(rows) - MOST_LONE) and len(rows[last - 1]) == 1:
        last -= 1
    return rows[first:last]


def _is_csv(sample: Sample) -> bool:
    if sample.format != "text" or not any(sign in sample.data[:65_536] for sign in (b",", b";")):
        return False
    from openbudget.errors import OpenBudgetError

    try:
        text, _ = decode("", sample.data)
    except OpenBudgetError:
        return False
    return _delimiter(normalise_lines(text)) is not None


READER = Reader("csv", _is_csv, read_csv)
