"""Whatever the text: nothing is lost, nothing is said twice, and every place gives back its text."""

from __future__ import annotations

import contextlib
import re

from hypothesis import given
from hypothesis import strategies as st

from openbudget import readers
from openbudget.errors import SourceError
from openbudget.model.document import Document, Table
from openbudget.readers.decode import normalise_lines

WORDS = st.sampled_from(["项目", "预算数", "一、收入。", "765.14", "1.00", "", " ", "其中：甲", "　乙", "——", "注"])
LINES = st.one_of(
    WORDS,
    WORDS.map("\t{}".format),
    WORDS.map("|{}".format),
    st.lists(WORDS, min_size=2, max_size=4).map("\t".join),
    st.lists(WORDS, min_size=2, max_size=4).map(" | ".join),
    st.sampled_from(["", "", "\t", "|---|---|", "+----+", "目录\t1", "正文\t2"]),
)


def read(text: str) -> Document | None:
    try:
        return readers.read("a.txt", text.encode())
    except SourceError:
        return None


@given(
    st.lists(st.sampled_from(["甲", "\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"]), max_size=12).map(
        "".join
    )
)
def test_every_kind_of_line_end_counts_as_one(text: str) -> None:
    assert normalise_lines(text) == re.sub(r"\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text)


@given(st.lists(LINES, max_size=40))
def test_places_hold_and_do_not_overlap(lines: list[str]) -> None:
    document = read("\n".join(lines))
    if document is None:
        return
    assert document.text is not None
    taken = [False] * len(document.text)
    for piece in document.pieces():
        assert document.text_at(piece.place.fragment) == piece.text
        start = piece.place.offset
        assert document.text[start : start + len(piece.text)] == piece.text
        assert not any(taken[start : start + len(piece.text)])
        taken[start : start + len(piece.text)] = [True] * len(piece.text)
    left = "".join(char for char, used in zip(document.text, taken, strict=True) if not used)
    assert not left.strip(" \t\n\u3000|-+")


@given(st.lists(LINES, max_size=40))
def test_cells_do_not_overlap_and_fit(lines: list[str]) -> None:
    document = read("\n".join(lines))
    for table in document.blocks if document else ():
        if isinstance(table, Table):
            places = [
                (row, col)
                for cell in table.cells
                for row in range(cell.row, cell.row + cell.rowspan)
                for col in range(cell.col, cell.col + cell.colspan)
            ]
            assert len(places) == len(set(places))
            assert all(row < table.n_rows and col < table.n_cols for row, col in places)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    document = read(text)
    if document is not None:
        assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(SourceError):
        readers.read("a", data)
