"""Words that issuers print and no layout has yet: a user's own layouts add them, and nothing of them stands in code."""

from collections.abc import Callable

import pytest

from openbudget.errors import NotRecognisedError
from openbudget.layouts.compile import merge
from openbudget.model.document import Cell
from openbudget.model.place import SheetPlace
from openbudget.recognise.column_numbers import is_column_numbers, numbers_columns
from openbudget.recognise.grid import without_measure
from openbudget.recognise.layout import Layouts, shipped
from openbudget.recognise.lines_rows import is_note
from openbudget.recognise.lines_words import is_table_title
from openbudget.recognise.outline import goes_on
from openbudget.recognise.regions import find_region


def cells(*texts: str) -> list[Cell]:
    return [Cell(0, at, text, SheetPlace("1", "ABC"[at] + "1")) for at, text in enumerate(texts)]


def _region(name: str, layouts: Layouts) -> str | None:
    try:
        return find_region(name, None, (), layouts["facts"])[0]
    except NotRecognisedError:
        return None


CASES: dict[str, tuple[dict[str, object], Callable[[Layouts], bool]]] = {
    "title of a table": (
        {"markers": {"table_titles": ["一览"]}},
        lambda layouts: is_table_title("2024年收支一览(汇总)", layouts),
    ),
    "half of a title": (
        {"markers": {"half_titles": ["财政专户"]}},
        lambda layouts: goes_on("2024年财政专户", "支出情况表", layouts),
    ),
    "row of column numbers": (
        {"markers": {"column_numbers": ["栏号"]}},
        lambda layouts: is_column_numbers(cells("栏号", "1", "2"), layouts),
    ),
    "column numbers of a statement": (
        {"markers": {"column_numbers": ["栏号"]}},
        lambda layouts: numbers_columns(cells("栏号", "4", "5=4+3"), layouts),
    ),
    "note": (
        {"statements": {"notes": ["附注*"]}},
        lambda layouts: is_note("附注：金额为 0 的不列", layouts),
    ),
    "body of a department": (
        {"facts": {"before_regions": ["中国民主建国会"]}},
        lambda layouts: _region("中国民主建国会中央宣传部", layouts) == "100000",
    ),
    "measure": (
        {"codes": {"measure": ["艘"]}},
        lambda layouts: without_measure("执法船(艘)", layouts) == ("执法船", "艘"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_word_that_is_added_counts(name: str) -> None:
    words, holds = CASES[name]
    assert not holds(shipped())
    assert holds(Layouts(merge(words, shipped().parts)))
