"""Records are the same however many lines are read at once."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbudget.tabular import records
from openbudget.tabular.dialect import Dialect
from openbudget.tabular.encoding import Decoding

PIECES = st.sampled_from(["a", "b,", ",", '"', '""', '"x"', '"y\nz"', "\n", "\n", "\r\n", "\r", " ", "中"])


def _read(text: str, header_rows: tuple[int, ...]) -> tuple[object, ...]:
    read = records.Records(io.BytesIO(text.encode()), Decoding("utf-8"), Dialect(header_rows=header_rows))
    rows = [row for block in read for row in zip(map(tuple, block.rows), block.numbers, block.lines, strict=True)]
    return rows, read.breaks, read.labels, read.open, read.header_missing, read.next_line


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from([(), (1,), (1, 2), (3,)]), st.integers(1, 5))
def test_the_size_of_a_block_changes_nothing(text: str, header_rows: tuple[int, ...], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records.Records, "_well_formed", lambda self, lines: ([], []))
        wanted = _read(text, header_rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", size)
        assert _read(text, header_rows) == wanted
    assert _read(text, header_rows) == wanted
