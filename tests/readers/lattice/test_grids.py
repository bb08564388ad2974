"""Lines and characters → grids: borders of every kind, and those that are missing."""

from __future__ import annotations

from openbudget.readers.lattice import grids
from openbudget.readers.lattice_grid import Grid, Rule
from openbudget.readers.lattice_lines import Glyph, text_lines, text_of

SIZE = 10.0


def words(text: str, x: float, y: float, run: int = 0) -> list[Glyph]:
    """A line of text from x, its middle at y; Chinese characters are an em wide, others half."""
    glyphs = []
    for char in text:
        width = SIZE if not char.isascii() else SIZE / 2
        glyphs.append(Glyph(char, x, y - SIZE / 2, x + width, y + SIZE / 2, SIZE, run))
        x += width
    return glyphs


def across(y: float, x0: float, x1: float) -> Rule:
    return Rule(x0, y, x1, y)


def down(x: float, top: float, bottom: float) -> Rule:
    return Rule(x, top, x, bottom)


def texts(grid: Grid) -> list[list[str]]:
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = cell.text
    return rows


def two_by_two() -> list[Glyph]:
    return words("甲", 10, 10) + words("12", 60, 10) + words("乙", 10, 30) + words("34", 60, 30)


FULL = [across(y, 0, 100) for y in (0, 20, 40)] + [down(x, 0, 40) for x in (0, 50, 100)]


def test_full_ruling() -> None:
    found, rest = grids([*two_by_two(), *words("注：外", 0, 60)], FULL)
    assert texts(found[0]) == [["甲", "12"], ["乙", "34"]]
    assert "".join(glyph.text for glyph in rest) == "注：外"


def test_double_and_dashed_borders_are_one() -> None:
    double = [Rule(r.x0 + d, r.top + d, r.x1 + d, r.bottom + d) for r in FULL for d in (0, 2)]
    assert texts(grids(two_by_two(), double)[0][0]) == [["甲", "12"], ["乙", "34"]]
    dashed = [across(y, x, x + 3) for y in (0, 20, 40) for x in range(0, 100, 6)]
    dashed += [down(x, y, y + 3) for x in (0, 50, 100) for y in range(0, 40, 6)]
    assert texts(grids(two_by_two(), dashed)[0][0]) == [["甲", "12"], ["乙", "34"]]


def test_open_sides() -> None:
    rules = [across(y, 0, 100) for y in (0, 20, 40)] + [down(50, 0, 40)]
    assert texts(grids(two_by_two(), rules)[0][0]) == [["甲", "12"], ["乙", "34"]]


def test_merged_cells() -> None:
    rules = [across(0, 0, 100), across(20, 50, 100), across(40, 0, 100)]
    rules += [down(0, 0, 40), down(50, 0, 40), down(100, 0, 40), down(75, 20, 40)]
    glyphs = words("项", 10, 20) + words("合计", 60, 10) + words("1", 55, 30) + words("2", 80, 30)
    spans = [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in grids(glyphs, rules)[0][0].cells]
    assert spans == [(0, 0, 2, 1, "项"), (0, 1, 1, 2, "合计"), (1, 1, 1, 1, "1"), (1, 2, 1, 1, "2")]


def test_stray_strokes_make_no_columns() -> None:
    found, _ = grids(two_by_two(), [*FULL, across(10, 12, 20), down(70, 25, 33)])
    assert (found[0].n_rows, found[0].n_cols) == (2, 2)


def test_only_lines_between_rows() -> None:
    rules = [across(y, 0, 160) for y in (0, 20, 40, 60)]
    glyphs = []
    for y, line in ((10, ("科目", "合计", "基本")), (30, ("行政", "12.50", "7.5")), (50, ("事业", "3", "1"))):
        for x, text in zip((5, 60, 120), line, strict=True):
            glyphs += words(text, x, y)
    found, rest = grids(glyphs, rules)
    assert texts(found[0]) == [["科目", "合计", "基本"], ["行政", "12.50", "7.5"], ["事业", "3", "1"]]
    assert not rest


def test_prose_between_rules_is_no_table() -> None:
    rules = [across(0, 0, 300), across(40, 0, 300), across(80, 0, 300)]
    glyphs = [glyph for y in (10, 30, 50, 70) for glyph in words("本年收入合计三百万元其中财政拨款二百万元", 5, y)]
    assert grids(glyphs, rules)[0] == []


def test_rows_without_lines_between() -> None:
    rules = [across(y, 0, 150) for y in (0, 20, 80)] + [down(x, 0, 80) for x in (0, 70, 150)]
    glyphs = words("科目", 5, 10) + words("金额", 90, 10)
    for y, name, amount in ((30, "行政运行", "12.50"), (50, "事业运行", "3.00"), (70, "其他", "0.20")):
        glyphs += words(name, 5, y) + words(amount, 90, y)
    assert texts(grids(glyphs, rules)[0][0]) == [
        ["科目", "金额"], ["行政运行", "12.50"], ["事业运行", "3.00"], ["其他", "0.20"],
    ]  # fmt: skip


def test_a_figure_broken_by_a_narrow_cell_is_one() -> None:
    glyphs = words("1,234.", 0, 10) + words("56", 0, 22)
    assert text_of(glyphs, 34) == "1,234.56"
    assert text_of(words("12", 0, 10) + words("34", 0, 22), 100) == "12\n34"


def test_text_that_sticks_out_of_its_cell_stays_whole() -> None:
    glyphs = words("功能分类科目编码", 1, 10, run=1) + words("7", 90, 10, run=2)
    found, _ = grids(glyphs, [across(y, 0, 120) for y in (0, 20)] + [down(x, 0, 20) for x in (0, 72, 120)])
    assert texts(found[0]) == [["功能分类科目编码", "7"]]


def test_neighbours_without_a_gap_are_not_joined() -> None:
    glyphs = words("171,915,169", 14, 10, run=1) + words("一、一般公共", 70, 10, run=2)
    found, _ = grids(glyphs, [across(y, 0, 150) for y in (0, 20)] + [down(x, 0, 20) for x in (0, 69.5, 150)])
    assert texts(found[0]) == [["171,915,169", "一、一般公共"]]


def test_blanks_between_words_only() -> None:
    line = words("部门预算", 0, 10) + words("2025", 45, 10) + words("budget", 68, 10)
    assert text_lines(line, 1)[0].text == "部门预算2025 budget"
    assert text_lines(words("预", 0, 10) + words("算", 25, 10), 1)[0].text == "预 算"


def test_too_many_lines_are_a_drawing() -> None:
    drawing = [across(y * 5.0, 0, 100) for y in range(4000)]
    assert grids(two_by_two(), drawing)[0] == []
