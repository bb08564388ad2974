"""What of a text is Markdown, and what only looks like it."""

from __future__ import annotations

import pytest

from openbudget.model.document import Paragraph
from openbudget.readers import read


def test_products_are_no_emphasis() -> None:
    """`50*100*2` would be the figure 501002."""
    document = read("a.md", "# 说明\n\n培训费50*100*2元，**会议费**3*4元。\n".encode())
    said = document.blocks[1]
    assert isinstance(said, Paragraph) and said.text == "培训费50*100*2元，会议费3*4元。"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("项目\t金额\n收入\t1.00\n", "text"),
        ("\t项目\t金额\n合计\t\t1.00\n", "text"),
        ("-\t收入\n-\t支出\n", "markdown"),
        ("1.\t收入\n2.\t支出\n", "markdown"),
        ("| 项目 |\t金额 |\n|---|\t---|\n| 收入 |\t1.00 |\n", "markdown"),
        ("<table>\n\t<tr>\n\t<td>1</td>\t<td>2</td>\n\t</tr></table>\n", "markdown"),
    ],
)
def test_tables_with_tabs_are_those_of_a_plain_text(body: str, expected: str) -> None:
    assert read("a.txt", f"# 说明\n\n{body}".encode()).source.format == expected
