"""Tables that a copy of a page has flattened to lines with vertical bars: `项目 | 预算数`, a paragraph a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from openbudget.model.document import Block, Paragraph, Table
from openbudget.model.place import NodePlace, TextPlace
from openbudget.readers.text_cells import find_table
from openbudget.readers.text_lines import Line

_BARS = "|｜│┃"


def read_bars(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each run of paragraphs that are the rows of one table made that table.

    The nth cell of a row has the path of its paragraph with `/cell[n]` behind.
    """
    result: list[Block] = []
    for barred, group in groupby(blocks, _has_bar):
        run = list(group)
        result += _rows(run) if barred and len(run) > 1 else run
    return result


def _has_bar(block: Block) -> bool:
    return isinstance(block, Paragraph) and any(bar in block.text for bar in _BARS)


def _rows(run: list[Block]) -> list[Block]:
    lines = [Line(number, 0, block.text) for number, block in enumerate(run) if isinstance(block, Paragraph)]
    found = find_table(lines, 0)
    if found is None or found.end < len(lines) or len(found.blocks) != 1 or not isinstance(found.blocks[0], Table):
        return run
    table = found.blocks[0]
    cells = []
    for cell in table.cells:
        assert isinstance(cell.place, TextPlace)
        path = _path(run[cell.place.first])
        cells.append(cell._replace(place=NodePlace(f"{path}/cell[{cell.col + 1}]")))
    return [replace(table, cells=tuple(cells), place=NodePlace(_path(run[0])))]


def _path(block: Block) -> str:
    assert isinstance(block.place, NodePlace)
    return block.place.path
