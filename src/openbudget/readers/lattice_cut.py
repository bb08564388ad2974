"""Rows and merged cells that a page break cut: found, and put together again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.model.document import Cell, Diagnostic
from openbudget.readers.lattice_grid import GridCell
from openbudget.readers.lattice_lines import Glyph, breaks_figure, leaves_no_room, lines_of

_CODE = re.compile(r"[A-Za-z]{1,2}\d+|\d{3}(?:\d\d){1,2}")
FEWEST_ROWS = 3  # rows that tell that a column is never blank
FEWEST_ALIKE = 2  # figures of a column that tell with how many decimals it is printed


class End(NamedTuple):
    """How a page's piece of a table ends: its last cells as drawn, by column of the whole table; and whether they
    reach the very foot of the page. `open`: white parts its columns, so that none of its rows are merged."""

    cells: Mapping[int, GridCell]
    at_foot: bool
    open: bool = False


def join(above: list[Cell], here: list[Cell], n_rows: int, end: End, diagnostics: list[Diagnostic]) -> int:
    """Joins what the page break cut between the rows `above` (there are n_rows) and those of the next page. Merged
    cells that go on blank are lengthened; a cut row's texts are joined.

    Returns 1 where a row was joined (the first of `here` is then gone), else 0.
    """
    last = {cell.col: i for i, cell in enumerate(above) if cell.row + cell.rowspan == n_rows}
    first = {cell.col: i for i, cell in enumerate(here) if cell.row == n_rows}
    pairs = [(above[last[col]], here[i]) for col, i in first.items() if col in last]
    alike = [(c.col, c.colspan) for c, _ in pairs] == [(c.col, c.colspan) for _, c in pairs]
    if not alike and _header_is_cut([above[i] for i in last.values()], [here[i] for i in first.values()], end):
        _join_merged(above, here, last, first, end, diagnostics)
        return 0
    if pairs and alike and len(pairs) == len(last) == len(first):
        full = {cell.col for owner, cell in pairs if cell.text and _is_full(end.cells.get(owner.col), cell.text)}
        others = [*above, *(cell for cell in here if cell.row > n_rows)]
        lacks = any(not cell.text and _never_blank(others, cell.col) for _, cell in pairs)
        if _words_are_cut(pairs, full, lacks, end.at_foot) or _figures_are_cut(pairs, full, above):
            for owner, cell in pairs:
                text = _whole(end.cells.get(owner.col), owner.text, cell.text)
                span, sure = owner.rowspan + cell.rowspan - 1, min(owner.confidence, cell.confidence)
                above[last[owner.col]] = owner._replace(text=text, rowspan=span, confidence=sure)
                if cell.text:
                    diagnostics.append(Diagnostic("readers.row_joined", {"text": text.replace("\n", "")}, cell.place))
            here[:] = [cell._replace(row=cell.row - 1) for cell in here if cell.row > n_rows]
            return 1
        if end.at_foot and lacks and full and all(cell.col in full for _, cell in pairs if cell.text):
            text = " | ".join(cell.text.replace("\n", "") for _, cell in pairs if cell.text)
            diagnostics.append(Diagnostic("readers.row_perhaps_cut", {"text": text}, pairs[0][1].place))
    if not end.open:
        _lengthen(above, here, last, first)
    return 0


def _header_is_cut(last: list[Cell], first: list[Cell], end: End) -> bool:
    """True where the break goes through the merged cells of a header: the row below has the columns of a cell above
    that spans several, and where it has a cell of the same width as one above, that is blank or the rest of a text
    that left no room. No figures in either."""
    same = {(cell.col, cell.colspan): cell for cell in last}
    if any(parse_figure(cell.text) for cell in [*last, *first]) or all(cell.colspan == 1 for cell in last):
        return False
    parted = {cell.col for cell in first if cell.text and (cell.col, cell.colspan) not in same}
    spans = [range(cell.col, cell.col + cell.colspan) for cell in last if cell.colspan > 1 and cell.text]
    if not parted or any(not parted.intersection(span) for span in spans):
        return False
    merged = [cell for cell in first if (cell.col, cell.colspan) in same]
    rests = [(end.cells.get(cell.col), cell.text) for cell in merged if cell.text]
    return bool(rests) and len(merged) > 1 and all(_is_full(above, text) for above, text in rests)


def _join_merged(
    above: list[Cell],
    here: list[Cell],
    last: Mapping[int, int],
    first: Mapping[int, int],
    end: End,
    diagnostics: list[Diagnostic],
) -> None:
    gone: set[int] = set()
    for col, i in first.items():
        owner, cell = above[last[col]] if col in last else None, here[i]
        if owner is None or owner.colspan != cell.colspan:
            continue
        text = _whole(end.cells.get(col), owner.text, cell.text)
        sure = min(owner.confidence, cell.confidence)
        above[last[col]] = owner._replace(text=text, rowspan=owner.rowspan + cell.rowspan, confidence=sure)
        gone.add(i)
        if cell.text:
            diagnostics.append(Diagnostic("readers.row_joined", {"text": text.replace("\n", "")}, cell.place))
    here[:] = [cell for i, cell in enumerate(here) if i not in gone]


def _lengthen(above: list[Cell], here: list[Cell], last: Mapping[int, int], first: Mapping[int, int]) -> None:
    """Merged labels that go on blank on the next page are one."""
    gone: set[int] = set()
    for col, i in first.items():
        if col not in last:
            continue
        cell, owner = here[i], above[last[col]]
        merged = owner.rowspan > 1 or cell.rowspan > 1 or _always_labelled(above, here, col)
        if merged and not cell.text and owner.text and cell.colspan == owner.colspan and not parse_figure(owner.text):
            above[last[col]] = owner._replace(rowspan=owner.rowspan + cell.rowspan)
            gone.add(i)
    here[:] = [cell for i, cell in enumerate(here) if i not in gone]


def _always_labelled(above: list[Cell], here: list[Cell], col: int) -> bool:
    """True where a column has merged labels under its heading, and blanks only where a page begins."""
    cells = [cell for cell in above if cell.col == col] + [cell for cell in here if cell.col == col][1:]
    return any(cell.rowspan > 1 and cell.colspan == 1 and cell.row for cell in cells) and all(
        cell.text for cell in cells
    )


Pairs = Sequence[tuple[Cell, Cell]]  # the cells of the last row above, and those under them on the next page


def _words_are_cut(pairs: Pairs, full: set[int], lacks: bool, at_foot: bool) -> bool:
    """True where the row below is the rest of the one above, which stands at the foot of its page or has a line that
    leaves no room for what follows: words (no figures, but a code may be cut) only where that has words, and blank
    in most places where that has text. Where it is not: every line above leaves no room, and the row `lacks` the
    text of a column that is never blank."""
    filled = [(owner.text, cell.text) for owner, cell in pairs if cell.text]
    if not filled or any(
        not owner.text or not _may_go_on(owner.text, cell.text, cell.col in full) for owner, cell in pairs if cell.text
    ):
        return False
    if 2 * len(filled) > sum(1 for owner, _ in pairs if owner.text):
        return at_foot and lacks and len(full) == len(filled)
    return bool(full) or (at_foot and not min(pairs, key=lambda pair: pair[1].col)[1].text)


def _may_go_on(text: str, rest: str, full: bool) -> bool:
    if full and _CODE.fullmatch(text + rest):
        return True
    return not parse_figure(rest) and (full or not parse_figure(text))


def _never_blank(cells: Sequence[Cell], col: int) -> bool:
    column = [cell for cell in cells if cell.col == col]
    return len(column) >= FEWEST_ROWS and all(cell.text and cell.rowspan == 1 for cell in column)


def _figures_are_cut(pairs: Pairs, full: set[int], above: Sequence[Cell]) -> bool:
    """True where narrow cells broke their texts and the page break came between: every line above leaves no room for
    what follows, every figure is one when put together, and one of them is none, or none of its column's kind,
    while it is in two."""
    filled = [(owner, cell) for owner, cell in pairs if cell.text]
    if not filled or any(not owner.text or cell.col not in full for owner, cell in filled):
        return False
    proved = False
    for owner, cell in filled:
        top, rest = parse_figure(owner.text), parse_figure(cell.text)
        if rest is None or not owner.text[-1].isascii() or owner.text[-1].isalpha():
            continue
        whole, usual = parse_figure(owner.text + cell.text), _decimals(above, owner)
        if top is not None and (whole is None or (usual is not None and whole.decimals != usual)):
            return False
        if whole is not None and (top is None or owner.text[-1] in ".,"):
            proved = True
        elif whole is not None and usual:
            proved = proved or usual not in (getattr(top, "decimals", None), rest.decimals)
    return proved


def _decimals(above: Sequence[Cell], owner: Cell) -> int | None:
    """With how many decimals the figures of a column are printed; None where it is not always the same."""
    column = [cell.text for cell in above if cell.col == owner.col and cell is not owner]
    found = Counter(figure.decimals for text in column if (figure := parse_figure(text)))
    return next(iter(found)) if len(found) == 1 and found.total() >= FEWEST_ALIKE else None


def _whole(end: GridCell | None, text: str, rest: str) -> str:
    """The text of a cell that was cut: a broken figure or code is one, other lines stay lines."""
    if not text or not rest:
        return text or rest
    after = rest.split("\n")[0]
    broken = end is not None and breaks_figure(_last_line(end), end.box[2] - end.box[0], text.split("\n")[-1], after)
    return text + rest if broken else f"{text}\n{rest}"


def _is_full(end: GridCell | None, after: str) -> bool:
    line = [] if end is None else _last_line(end)
    return end is not None and bool(line) and leaves_no_room(line, end.box[2] - end.box[0], after)


def _last_line(cell: GridCell) -> list[Glyph]:
    lines = [line for line in lines_of(cell.glyphs) if any(not glyph.text.isspace() for glyph in line)]
    return lines[-1] if lines else []
