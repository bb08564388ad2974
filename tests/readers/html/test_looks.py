"""What a browser shows and tags do not say: each of these read otherwise would be a wrong figure or a lost one."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.errors import UnreadableError
from openbudget.model.document import Document, Table


def read(body: str, head: str = "") -> Document:
    return readers.read("a.html", f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode())


def rows(document: Document) -> list[list[str]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return [["" if cell is None else cell.text for cell in row] for row in table.rows()]


def table(cell: str) -> str:
    return f"<table><tr><td>收入</td><td>{cell}</td></tr><tr><td>支出</td><td>3.20</td></tr></table>"


@pytest.mark.parametrize(
    ("cell", "head", "shown"),
    [
        ('1<span class="hide">999</span>', "<style>/* a */ .hide, #x {display:none}</style>", "1"),
        ('1<span class="hide">999</span>', "<style>@media print {.hide{display:none}}</style>", "1999"),
        ('1<span class="hide show">2</span>', "<style>.hide{display:none} .show{display:inline}</style>", "12"),
        ('<input value="12.50" readonly>', "", "12.50"),
        ('<input type="hidden" value="9">12.50', "", "12.50"),
        ("12.5<sup>1</sup>", "", "12.5^1"),
        ("面积㎡ 10<sup>4</sup>", "", "面积㎡ 10^4"),
        ("万m<sup>2</sup>", "", "万m2"),
        ("<s>99</s>12.50", "", "12.50"),
        ('<span style="text-decoration:line-through">99</span>12.50', "", "12.50"),
    ],
)
def test_a_cell_reads_as_a_browser_shows_it(cell: str, head: str, shown: str) -> None:
    assert rows(read(table(cell), head)) == [["收入", shown], ["支出", "3.20"]]


def test_what_a_style_hides_is_said() -> None:
    document = read(table('1<span class="hide">999</span>'), "<style>.hide{display:none}</style>")
    assert [(each.key, each.args["count"]) for each in document.diagnostics] == [("readers.hidden_text", "1")]


def test_pages_behind_a_tab_are_read() -> None:
    """A block that a style sheet hides may be brought up by a click: its table is content."""
    assert rows(read(f'<div class="tab">{table("1")}</div>', "<style>.tab{display:none}</style>"))[0] == ["收入", "1"]


def test_blocks_laid_out_as_a_table() -> None:
    line = '<div class="r"><div class="c">{}</div><div class="c">{}</div></div>'
    grid = f'<div style="display:table">{line.format("收入", "1")}{line.format("支出", "3")}</div>'
    document = read(grid, "<style>.r{display:table-row}.c{display:table-cell}</style>")
    assert rows(document) == [["收入", "1"], ["支出", "3"]]
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


def test_the_foot_of_a_table_stands_last() -> None:
    feet = "<table><tfoot><tr><td>合计</td><td>3</td></tr></tfoot><tr><td>收入</td><td>3</td></tr></table>"
    assert rows(read(feet)) == [["收入", "3"], ["合计", "3"]]


@pytest.mark.parametrize("body", ["", "<p>加载中…</p>"])
def test_a_page_that_a_script_makes_says_how_to_save_it(body: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(f'<div id="app">{body}</div><script src="/app.js"></script>')
    assert caught.value.key == "readers.page_of_script"


def test_a_page_alone_in_a_cell_below_its_title_is_text() -> None:
    """Old portals lay out a page as rows of one table: title, date and hits, and the whole page."""
    page = "".join(f"<p>第{at}段，" + "收入预算为12.50万元，" * 12 + "</p>" for at in range(1, 13))
    title = "<tr><td colspan=2>2025年部门预算</td></tr><tr><td>2025-01-24</td><td>点击数：9</td></tr>"
    document = read(f"<table>{title}<tr><td colspan=2>{page}</td></tr></table>")
    assert not [block for block in document.blocks if isinstance(block, Table)]
    assert sum(piece.text.startswith("第") for piece in document.pieces()) == 12
    column = read(
        "<table><tr><td>2025年部门预算</td></tr><tr><td><p>收入12.50万元。</p><p>支出12.50万元。</p></td></tr></table>"
    )
    assert [piece.text for piece in column.pieces()] == ["2025年部门预算", "收入12.50万元。", "支出12.50万元。"]


def test_long_notes_below_a_table_do_not_make_it_text() -> None:
    notes = "".join(f"<p>{at}.本表反映部门本年度的收支情况，" * 9 + "</p>" for at in range(1, 13))
    body = "<tr><td>项目</td><td>预算</td><td>决算</td></tr><tr><td>收入</td><td>1</td><td>2</td></tr>"
    assert len(rows(read(f"<table>{body}<tr><td colspan=3>{notes}</td></tr></table>"))) == 3
