"""Tables that no line parts: what is sure becomes a table, what is not stays text and is said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from openbudget.model.document import Paragraph, Table
from openbudget.readers.lattice_grid import Rule
from openbudget.readers.lattice_lines import Glyph, print_width
from openbudget.readers.lattice_pages import blocks_of
from openbudget.readers.lattice_sheet import Sheet
from tests.readers.lattice.test_grids import SIZE, across, words

STEP = 20.0
SAID = "readers.table_without_lines"
EDGES = (0.0, 60.0, 200.0, 290.0, 380.0, 470.0)  # of five columns
HEAD = (("科目编码", "科目名称", "合计", "基本支出", "项目支出"),)
BODY = (
    ("201", "一般公共服务支出", "1,234.50", "1,000.00", "234.50"),
    ("2010301", "行政运行", "1,000.00", "1,000.00", ""),
    ("2010302", "一般行政管理事务", "234.50", "", "234.50"),
    ("", "合计", "1,234.50", "1,000.00", "234.50"),
)  # fmt: skip


def centred(text: str, left: float, right: float, y: float) -> list[Glyph]:
    return words(text, (left + right - print_width(text, SIZE)) / 2, y)


def row(texts: Sequence[str], y: float, edges: Sequence[float] = EDGES) -> list[Glyph]:
    """A row of the body: words at the left of their cells, figures with decimals at the right."""
    glyphs = []
    for text, left, right in zip(texts, edges, edges[1:], strict=False):
        x = right - 4 - print_width(text, SIZE) if "." in text else left + 4
        glyphs += words(text, x, y)
    return glyphs


def table(
    head: Sequence[Sequence[str]] = HEAD,
    body: Sequence[Sequence[str]] = BODY,
    edges: Sequence[float] = EDGES,
    y: float = 100.0,
) -> list[Glyph]:
    glyphs = []
    for texts in head:
        for text, left, right in zip(texts, edges, edges[1:], strict=False):
            glyphs += centred(text, left, right, y)
        y += STEP
    for texts in body:
        glyphs += row(texts, y, edges)
        y += STEP
    return glyphs


def read(*pages: tuple[list[Glyph], list[Rule]] | list[Glyph]) -> tuple[list[list[list[str]]], list[str], list[str]]:
    """The tables, the paragraphs and the keys of what was said."""
    both = [page if isinstance(page, tuple) else (page, []) for page in pages]
    blocks, said = blocks_of(Sheet(n, 500.0, 400.0, glyphs, rules) for n, (glyphs, rules) in enumerate(both, 1))
    found = [
        [["" if cell is None else cell.text.replace("\n", "") for cell in line] for line in block.rows()]
        for block in blocks
        if isinstance(block, Table)
    ]
    return found, [block.text for block in blocks if isinstance(block, Paragraph)], [each.key for each in said]


WHOLE = [list(texts) for texts in (*HEAD, *BODY)]


def test_no_lines_at_all() -> None:
    title = centred("部门支出总表", 0, 470, 50) + words("单位：万元", 415, 75)
    assert read(title + table()) == ([WHOLE], ["部门支出总表", "单位：万元"], [])


@pytest.mark.parametrize("levels", [(110,), (90, 110, 190), (90, 110, 130, 150, 170, 190)])
def test_level_lines_only(levels: tuple[int, ...]) -> None:
    """Under the header, the three lines of a book, and between all rows."""
    rules = [across(y, 0, 470) for y in levels]
    assert read((table(), rules)) == ([WHOLE], [], [])


def test_figures_set_in_the_middle() -> None:
    glyphs = table(body=())
    for index, texts in enumerate(BODY, 1):
        for text, left, right in zip(texts, EDGES, EDGES[1:], strict=False):
            glyphs += centred(text, left, right, 100 + STEP * index)
    assert read(glyphs)[0] == [WHOLE]


def test_headings_over_several_columns_and_numbers_of_columns() -> None:
    glyphs = []
    for text, first, last, y in (
        ("科目编码", 0, 0, 90), ("科目名称", 1, 1, 90), ("合计", 2, 2, 90), ("本年支出", 3, 4, 80),
        ("基本支出", 3, 3, 100), ("项目支出", 4, 4, 100),
        ("栏次", 0, 1, 120), ("1", 2, 2, 120), ("2", 3, 3, 120), ("3", 4, 4, 120),
    ):  # fmt: skip
        glyphs += centred(text, EDGES[first], EDGES[last + 1], y)
    glyphs += table(head=(), body=BODY, y=140)
    ((head, below, numbers, *body),) = read(glyphs)[0]
    assert head == ["科目编码", "科目名称", "合计", "本年支出", "本年支出"]
    assert below == ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
    assert numbers == ["栏次", "栏次", "1", "2", "3"]
    assert body == WHOLE[1:]


SPANS = (
    ("科目编码", 0, 0, 90), ("科目名称", 1, 1, 90), ("合计", 2, 2, 90), ("支出", 3, 4, 80),
    ("基本支出", 3, 3, 100), ("项目支出", 4, 4, 100),
)  # fmt: skip


def test_headings_at_the_left_of_their_cells() -> None:
    edges = (0.0, 60.0, 200.0, 250.0, 300.0, 350.0)
    glyphs = [glyph for text, first, _, y in SPANS for glyph in words(text, edges[first] + 4, y)]
    ((head, below, *body),) = read(glyphs + table(head=(), edges=edges, y=120))[0]
    assert (head[3:], below[3:], body) == (["支出", "支出"], ["基本支出", "项目支出"], WHOLE[1:])


BESIDE = (0.0, 120.0, 200.0, 275.0, 335.0, 395.0, 470.0)  # of two blocks side by side
BLOCKS = (
    ("一、一般公共预算", "1,234.50", "住房保障支出", "1,234.50", "1,000.00", "234.50"),
    ("二、上年结转", "", "结转下年", "", "", ""),
    ("收入总计", "1,234.50", "支出总计", "1,234.50", "1,000.00", "234.50"),
)  # fmt: skip


@pytest.mark.parametrize("rules", [[(110, 0, 470)], [(110, 0, 195), (110, 205, 470)]])
def test_a_line_drawn_under_headings_says_over_what_they_stand(rules: list[tuple[int, int, int]]) -> None:
    """Over all columns: each has a heading above it; over some: those are under it, wherever the heading is set."""
    glyphs = [*words("收", 80, 100, 7), *words("入", 110, 100, 7)]
    glyphs += centred("支出", 200, 470, 100) if len(rules) == 1 else words("支出", 230, 100)
    for text, left, right in zip(("项目", "预算数", "项目", "合计", "公共", "基金"), BESIDE, BESIDE[1:], strict=False):
        glyphs += centred(text, left, right, 120)
    glyphs += table(head=(), body=BLOCKS, edges=BESIDE, y=140)
    ((head, below, *body),) = read((glyphs, [across(*rule) for rule in rules]))[0]
    assert head == ["收 入", "收 入", "支出", "支出", "支出", "支出"]
    assert below == ["项目", "预算数", "项目", "合计", "公共", "基金"]
    assert body == [list(texts) for texts in BLOCKS]
    if len(rules) > 1:
        assert read(glyphs)[::2] == ([], [SAID])


def test_the_first_row_of_a_page_begins_with_a_broken_name() -> None:
    name = words("机关事业单位基本养老", 64, 36) + words("保险缴费", 64, 46)
    row = [glyph for text, x in (("2080505", 4), ("9.50", 266), ("9.50", 356)) for glyph in words(text, x, 41)]
    ((*_, last, total),) = read(table(body=BODY[:3], y=300), name + row + table(head=(), body=BODY[3:], y=61))[0]
    assert last == ["2080505", "机关事业单位基本养老保险缴费", "9.50", "9.50", ""]
    assert total == list(BODY[3])


def test_headings_at_the_right_of_their_cells_are_not_sure() -> None:
    glyphs = []
    for text, _, last, y in SPANS:
        glyphs += words(text, EDGES[last + 1] - 4 - print_width(text, SIZE), y)
    assert read(glyphs + table(head=(), y=120))[::2] == ([], [SAID])


def test_headings_at_different_heights_without_a_reason_are_not_sure() -> None:
    glyphs = [glyph for glyph in table() if not (glyph.top < 110 and glyph.x0 > 290)]
    glyphs += centred("基本支出", 290, 380, 100) + centred("项目支出", 380, 470, 88)
    assert read(glyphs)[::2] == ([], [SAID])


def test_a_heading_on_two_lines_is_one() -> None:
    glyphs = [g for g in table() if not (g.text in "项目支出" and g.x0 > 380 and g.top < 110)]
    glyphs += centred("其中项目", 380, 470, 94) + centred("支出", 380, 470, 106)
    assert read(glyphs)[0][0][0] == ["科目编码", "科目名称", "合计", "基本支出", "其中项目支出"]


def test_words_on_two_lines_are_one_cell() -> None:
    name = "其他政府办公厅及相关机构事务支出"  # thirteen characters fit
    glyphs = table(body=(BODY[0],)) + row(("2010399", "", "34.50", "", "34.50"), 146)
    glyphs += words(name[:13], 64, 140) + words(name[13:], 64, 152) + table(head=(), body=BODY[3:], y=172)
    assert read(glyphs)[0] == [[*WHOLE[:2], ["2010399", name, "34.50", "", "34.50"], WHOLE[4]]]


@pytest.mark.parametrize("again", [True, False])
def test_a_table_over_two_pages(again: bool) -> None:
    """With its header again, and without."""
    far = table(y=300)
    more = (("2010303", "机关服务", "12.00", "", "12.00"), ("2010304", "专项服务", "13.00", "13.00", ""))
    found, _, said = read(far, table(head=HEAD if again else (), body=more, y=40))
    assert found == [[*WHOLE, *map(list, more)]]
    assert said == (["readers.header_repeated"] if again else [])


def test_a_blank_at_the_top_of_a_page_is_not_the_label_above_it() -> None:
    """Its heading takes two rows and each row above has a label: what white parts is never merged all the same."""
    edges = (0.0, 120.0, 210.0, 300.0, 390.0)

    def page(rows: Sequence[Sequence[str]], y: float) -> list[Glyph]:
        glyphs = [
            *centred("单位名称", 0, 120, y),
            *centred("项目", 120, 210, y),
            *centred("本年支出", 210, 390, y - 10),
        ]
        glyphs += [*centred("基本支出", 210, 300, y + 10), *centred("项目支出", 300, 390, y + 10)]
        return glyphs + table((), rows, edges, y + 30)

    rows = (("县财政局", "办公", "12.50", "1.00"), ("县国库支付中心", "差旅", "1.50", "1.00"))
    ((*_, total),) = read(page(rows, 290), page((("", "合计", "14.00", "2.00"),), 40))[0]
    assert total == ["", "合计", "14.00", "2.00"]


def test_columns_of_two_pages_are_the_same_though_their_print_reaches_differently_far() -> None:
    edges = (0.0, 300.0, 360.0, 420.0)

    def page(rows: Sequence[Sequence[str]], y: float) -> list[Glyph]:
        glyphs = table((("项目", "合计", "基本支出"),), (), edges, y)
        for at, (name, *amounts) in enumerate(rows, 1):
            glyphs += centred(name, 0, 300, y + STEP * at) + row(("", *amounts), y + STEP * at, edges)
        return glyphs

    short = (("办公费", "12.50", "1.00"), ("水费", "1.50", "1.00"))
    long = (("机关事业单位基本养老保险缴费支出", "2.50", "1.00"), ("其他社会保障和就业支出", "3.50", ""))
    assert read(page(short, 330), page(long, 40))[0] == [[["项目", "合计", "基本支出"], *map(list, (*short, *long))]]


def test_one_row_under_a_header_that_another_page_repeats() -> None:
    """A header of two columns with a single row is no table by itself; with the page after it is one."""
    head, edges = (("项目", "预算数"),), (0.0, 200.0, 290.0)
    rows = (("办公费", "12.50"), ("水费", "1.50"), ("合计", "14.00"))
    assert read(table(head, rows[:1], edges, 350), table(head, rows[1:], edges, 40))[0] == [
        [["项目", "预算数"], *map(list, rows)]
    ]


def test_columns_without_a_figure_stay_where_they_are() -> None:
    body = [(code, name, total, "", total) for code, name, total, *_ in BODY]
    assert read(table(body=body))[0] == [[WHOLE[0], *map(list, body)]]


def test_words_among_figures_are_never_guessed() -> None:
    spoilt = ("201", "一般公共服务支出", "1,234.50", "1,000.00", "说明")
    found, prose, said = read(table(body=(*BODY[:2], spoilt, *BODY[2:])))
    assert (found, said) == ([], [SAID])
    assert "1,234.50" in " ".join(prose)


def test_a_figure_between_two_columns_is_never_guessed() -> None:
    glyphs = table(body=(*BODY, ("2010303", "机关服务", "", "", ""))) + words("1,234.50", 265, 200)
    found, prose, said = read(glyphs)
    assert (found, said) == ([], [SAID])
    assert "1,234.50" in " ".join(prose)


def test_a_row_further_than_its_header_tells_is_not_left_out() -> None:
    """A last row that no column holds makes the whole table text: a table without it would be short of a row."""
    stray = words("注意12.50", 150, 200) + words("34.50", 250, 200)
    found, prose, said = read(table() + stray)
    assert (found, said) == ([], [SAID])
    assert any("34.50" in text for text in prose)


def test_a_heading_set_between_two_columns_is_not_sure() -> None:
    glyphs = table(body=BODY, head=(("科目编码", "科目名称", "合计", "", ""),)) + words("支出", 370, 100)
    assert read(glyphs)[::2] == ([], [SAID])


def assert_no_table(glyphs: list[Glyph]) -> None:
    assert read(glyphs)[0] == []


SENTENCE = "本单位收入预算1,200.50万元，"


def test_level_lines_that_leave_the_header_out_make_no_table() -> None:
    """Lines go round the rows only, and no heading stands over the last column: rows without headings are no table."""
    glyphs = [glyph for glyph in table() if not (glyph.top < 110 and glyph.x0 > 380)]
    found, prose, said = read((glyphs, [across(y, 0, 470) for y in (110, 130, 150, 170, 190)]))
    assert (found, said) == ([], [SAID])
    assert any("1,234.50" in text for text in prose)


def test_two_columns_of_prose_are_no_table() -> None:
    lines = [words(SENTENCE, x, 60 + 16 * n) for n in range(12) for x in (10, 260)]
    assert_no_table([glyph for line in lines for glyph in line])


def test_a_list_of_contents_is_no_table() -> None:
    entries = ("一、主要职能", "二、机构设置", "三、收支情况", "四、名词解释")
    lines = [words(text, 20, 80 + 20 * n) + words(str(3 + n), 400, 80 + 20 * n) for n, text in enumerate(entries)]
    assert_no_table([*words("目录", 200, 50), *(glyph for line in lines for glyph in line)])


def test_a_list_of_addresses_is_no_table() -> None:
    people = (
        ("办公室", "建设路12号", "0312-3212345"),
        ("预算股", "人民路3号", "0312-3212346"),
        ("国库股", "站前街5号", "3212347"),
    )
    assert_no_table(
        [
            g
            for n, each in enumerate(people)
            for x, t in zip((20, 150, 330), each, strict=True)
            for g in words(t, x, 80 + 20 * n)
        ]
    )


def test_figures_in_sentences_broken_behind_them_are_no_table_and_not_said() -> None:
    lines = ("1115.48 万元，支出决算为", "1092.80 万元，完成年初预算的", "1092.80 万元，其余结转")
    glyphs = [g for n, t in enumerate(lines) for g in (*words(t[:7], 20, 80 + 20 * n), *words(t[8:], 65, 80 + 20 * n))]
    assert read(glyphs)[::2] == ([], [])
