"""The head of a statement: which rows are headings, which columns hold labels and which hold money of what kind.

A statement is one or more blocks side by side (income and expenditure, personnel and public funds), each of label
columns followed by columns of money. A heading over a whole block is its title; every other heading over a column of
money must be known word by word, else the column is unknown and its figures are refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from openbudget.model.amount import UNIT_WORDS
from openbudget.model.document import Cell, Table
from openbudget.recognise.layout import Layouts, matches
from openbudget.recognise.lines_leaves import Leaf, has_figures, is_closed, leaves_of
from openbudget.recognise.lines_words import Meaning, economic_beside, heading, heading_under, steps_up
from openbudget.recognise.words import plain

DEEPEST = 6
SEARCHED = 12  # rows in which a head may begin
_UNIT_LINE = re.compile(rf"(?:.*[^(,])?(?:金额)?单位:?(?:人民币)?:?{UNIT_WORDS}")


class Column(NamedTuple):
    """A column of money. `cols`: its physical columns; `heading`: the cell that names it, `item_cell`: the one that
    says what it is (where the nearest says only 小计). `groups`: the places of the headings above it that group
    several columns. `known` is False where a heading over it is not understood."""

    cols: tuple[int, ...]
    heading: Cell
    item_cell: Cell
    path: str
    known: bool
    flow: str | None = None
    stage: str | None = None
    fund: str | None = None
    type: str | None = None
    item: str | None = None
    economic: tuple[str, str] | None = None
    total: bool = False
    other: str | None = None
    of_which: bool = False
    unit: str | None = None
    unit_cell: Cell | None = None
    groups: tuple[str, ...] = ()


class Block(NamedTuple):
    """Label columns (physical column → role; `unknown`: a heading not understood) and the columns of money that
    belong to them. `titles`: folded texts of the headings over the whole block."""

    labels: tuple[tuple[int, str], ...]
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    flow: str | None

    @property
    def first(self) -> int:
        return min([col for col, _ in self.labels] + [col for column in self.columns for col in column.cols])

    @property
    def last(self) -> int:
        return max([col for col, _ in self.labels] + [col for column in self.columns for col in column.cols])


class Head(NamedTuple):
    """The rows [first, last) of headings, the blocks, and the columns that hold only numbering or remarks."""

    first: int
    last: int
    blocks: tuple[Block, ...]
    aside: tuple[int, ...]

    @property
    def columns(self) -> Iterator[Column]:
        for block in self.blocks:
            yield from block.columns


def find_head(table: Table, year: int, layouts: Layouts, begin: int = 0) -> Head | None:
    """The best head of a table from row `begin` on: most columns understood, fewest not, then the most rows. None
    where none has columns of money with labels (or at least three columns that name their own item)."""
    best: tuple[tuple[int, int, int], int, list[Leaf]] | None = None
    chosen_last = begin
    for first in range(begin, min(table.n_rows, begin + SEARCHED)):
        if best is not None and first >= chosen_last and has_figures(table, first):
            break  # data: a head further down is that of another table
        if _is_title(table, first, year, layouts):
            continue
        for last in range(first + 1, min(first + DEEPEST, table.n_rows) + 1):
            if has_figures(table, last - 1):
                break
            if not is_closed(table, last):
                continue
            leaves = leaves_of(table, first, last, year, layouts)
            rank = _rank(leaves, last - first, year, layouts)
            if rank is not None and (best is None or rank > best[0]):
                best = rank, first, leaves
                chosen_last = last
    if best is None:
        return None
    return _head(table, best[1], chosen_last, best[2], year, layouts, begin)


def _rank(leaves: Sequence[Leaf], height: int, year: int, layouts: Layouts) -> tuple[int, int, int] | None:
    known = [leaf.meaning for leaf in leaves if leaf.meaning is not None]
    money = [meaning for meaning in known if meaning.role is None and meaning.other is None]
    labels = [meaning for meaning in known if meaning.role not in (None, "number", "remark")]
    unknown = sum(1 for leaf in leaves if leaf.path and leaf.meaning is None)
    over = [heading(text, year, layouts) for leaf in leaves for text, _ in leaf.path]
    named = len({meaning.item for meaning in over if meaning is not None and "three_public" in (meaning.item or "")})
    if not money or (not labels and named < 3) or unknown > len(known):
        return None
    return len(known) - 2 * unknown, len(known), height


def _is_title(table: Table, row: int, year: int, layouts: Layouts) -> bool:
    """True where a row is blank, states the unit or the number of the table, or holds one text that is no heading of
    some of the columns."""
    cells = {
        id(cell): cell
        for col in range(table.n_cols)
        if (cell := table.cell_at(row, col)) is not None and cell.text.strip()
    }
    if not cells:
        return True
    texts = [plain(cell.text) for cell in cells.values()]
    numbers = layouts["statements"]["table_numbers"]
    if any(_UNIT_LINE.fullmatch(text) or matches(numbers, text) for text in texts):
        return True
    if len(cells) != 1 or table.n_cols < 3:
        return False
    only = next(iter(cells.values()))
    return only.colspan == table.n_cols or heading(texts[0], year, layouts) is None


def _head(
    table: Table, first: int, last: int, leaves: Sequence[Leaf], year: int, layouts: Layouts, begin: int
) -> Head | None:
    """Cuts the columns into blocks: a label column behind a column of money begins a new one."""
    aside: list[int] = []
    cuts: list[tuple[list[tuple[int, str]], list[Leaf]]] = []
    for at, leaf in enumerate(leaves):
        role = leaf.meaning.role if leaf.meaning is not None else None
        unnamed = not cuts or not (cuts[-1][1] or any(role == "name" for _, role in cuts[-1][0]))
        if leaf.meaning is None and unnamed and _label_follows(leaves[at + 1 :]):
            role = "unknown"
        if role in ("number", "remark"):
            aside.extend(leaf.cols)
            continue
        if role is not None:
            if not cuts or cuts[-1][1]:
                cuts.append(([], []))
            cuts[-1][0].extend((col, _level(table, last, col, year, layouts) or role) for col in leaf.cols)
            continue
        if not leaf.path:
            continue
        if not cuts:
            cuts.append(([], []))
        cuts[-1][1].append(leaf)
    above = range(begin, first)
    blocks = [_block(table, above, labels, money, year, layouts) for labels, money in cuts if money]
    return Head(first, last, tuple(blocks), tuple(aside)) if blocks else None


def _level(table: Table, row: int, col: int, year: int, layouts: Layouts) -> str | None:
    """类, 款 or 项 printed right below the head, beside its 合计 or 栏次, as the heading of this column of a code."""
    cell = table.cell_at(row, col) if row < table.n_rows else None
    said = heading(plain(cell.text), year, layouts) if cell is not None else None
    return said.role if said is not None and said.role in ("class", "group", "line") else None


def _label_follows(leaves: Sequence[Leaf]) -> bool:
    """True where the next column that is understood holds labels."""
    known = next((leaf.meaning for leaf in leaves if leaf.meaning is not None), None)
    return known is not None and known.role not in (None, "number", "remark")


def _block(
    table: Table, above: range, labels: Sequence[tuple[int, str]], money: Sequence[Leaf], year: int, layouts: Layouts
) -> Block:
    own = {col for leaf in money for col in leaf.cols}
    named = {col for col, _ in labels}
    titles: dict[int, str] = {}
    columns = []
    gaps: set[int] = set()
    for leaf in money:
        inner = []
        for text, cell in leaf.path[:-1]:
            spans = set(range(cell.col, cell.col + cell.colspan))
            if spans & named or spans >= own:
                titles.setdefault(id(cell), text)
            else:
                inner.append((text, cell))
        column = _column(leaf, inner, tuple(titles.values()), year, layouts)
        columns.append(column)
        if leaf.unnamed or any(not set(range(cell.col, cell.col + cell.colspan)) >= own for cell in leaf.blanks):
            gaps.add(leaf.cols[0])
    for col in named:
        for row in above:  # title rows right above the head that span the block alone
            title = table.cell_at(row, col)
            if (
                title is not None
                and title.col == min(named)
                and title.colspan >= len(own | named) > 1
                and title.colspan < table.n_cols
            ):
                titles.setdefault(id(title), title.text)
    flow = _flow(titles.values(), layouts)
    columns = [column._replace(flow=column.flow or flow) for column in columns]
    columns = _doubted(_economic(columns, year, layouts), gaps)
    return Block(tuple(labels), tuple(columns), tuple(titles.values()), flow)


def _doubted(columns: Sequence[Column], gaps: set[int]) -> list[Column]:
    """Columns under a blank where others have a heading are unknown. So is a bare amount (预算数) behind a column that is
    not understood or has no heading, in a block that has amounts already: that one may hold the labels of a block of
    its own."""
    doubted: list[Column] = []
    for column in columns:
        said = (column.fund, column.type, column.economic, column.other)
        bare = not any(said) and (column.item or ".current").endswith(".current")
        before = doubted[-1] if doubted else None
        strange = before is not None and (not before.known or column.cols[0] - before.cols[-1] > 1)
        lost = bare and strange and any(other.known for other in doubted)
        doubted.append(column._replace(known=False) if column.cols[0] in gaps or lost else column)
    return doubted


def _economic(columns: Sequence[Column], year: int, layouts: Layouts) -> list[Column]:
    """Where columns are economic classes, so is one whose name both schemes have, or a functional class or an item has
    too (其他支出, 住房公积金, 公务接待费): it is of the scheme of the others."""
    codes = [column.economic[0] for column in columns if column.economic is not None]
    if len(codes) < 2:
        return list(columns)
    names = economic_beside(codes)
    settled = []
    for column in columns:
        *above, own = column.path.split("/")
        found = names.get(own)
        if found is not None:
            known = column.known or all(heading(text, year, layouts) is not None for text in above)
            column = column._replace(economic=found, known=known, item=None)
        settled.append(column)
    return settled


def _flow(titles: Iterable[str], layouts: Layouts) -> str | None:
    words: Mapping[str, str] = layouts["sentences"]["sides"]
    for title in titles:
        sides = {side for side, word in words.items() if word in title}
        if len(sides) == 1:
            return sides.pop()
    return None


def _column(
    leaf: Leaf, inner: Sequence[tuple[str, Cell]], titles: Sequence[str], year: int, layouts: Layouts
) -> Column:
    """Merges what the headings over a column say: the lower one wins, a total keeps what stands above it."""
    known, merged = True, Meaning()
    item_cell = leaf.path[-1][1]
    above: list[str] = []
    for title in titles:
        meaning = heading(title, year, layouts)
        if meaning is not None and meaning.other == "prior":
            merged = merged._replace(other="prior")
        elif meaning is not None and meaning.economic is not None:
            merged = merged._replace(economic=meaning.economic)
            above.append(title)
        elif meaning is not None and meaning.stage not in (None, "own"):
            merged = merged._replace(stage=meaning.stage)
    levels = [*inner, leaf.path[-1]]
    for text, cell in levels:
        over = above[-1] if above else ""
        above.append(text)
        meaning = heading_under(above, year, layouts) or heading(f"{over}/{text}", year, layouts)
        if meaning is None or (meaning.role is not None and cell is not levels[-1][1] and meaning.role != "name"):
            known = False
            continue
        if meaning.item is not None:
            item_cell = cell
        merged = _merge(merged, meaning)
    path = "/".join(text for text, _ in levels)
    return Column(
        leaf.cols, leaf.path[-1][1], item_cell, path, known, merged.flow, merged.stage, merged.fund, merged.type,
        merged.item, merged.economic, merged.total, merged.other, merged.of_which, leaf.unit, leaf.unit_cell,
        tuple(cell.place.fragment for _, cell in inner),
    )  # fmt: skip


def _merge(above: Meaning, below: Meaning) -> Meaning:
    fund = below.fund or above.fund
    if above.fund and below.fund and steps_up("fund_source", above.fund, below.fund):
        fund = above.fund  # 其中：财政拨款 under 一般公共预算 is money of that budget
    item = below.item or above.item
    if above.fund == "carryover" and below.fund is not None:
        item = f"carryover:{below.fund}"  # what was carried over, by budget
    other = "change" if "change" in (above.other, below.other) else above.other or below.other
    return Meaning(
        None, below.flow or above.flow, below.stage if below.stage not in (None, "own") else above.stage or
        below.stage, fund, below.type or above.type, item, below.economic or above.economic, None,
        below.total or (above.total and not (below.fund or below.type or below.item or below.economic)),
        other, above.of_which or below.of_which,
    )  # fmt: skip
