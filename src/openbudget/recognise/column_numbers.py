"""Rows that number the columns of a table, and say nothing else: 栏次 | 1 | 2 | 3, also with letters and formulas (3=1+2)."""

import re
from collections.abc import Iterable
from itertools import pairwise

from openbudget.model.document import Cell
from openbudget.recognise.layout import Layouts, matches
from openbudget.recognise.words import plain

_NUMBER = re.compile(r"\d{1,2}|[A-Z]|[一二三四五六七八九十]+|\d{1,2}=[\d+\-]+")
_OF_STATEMENTS = re.compile(r"\(?(\d{1,2})(?:[=＝][\d+\-()（）]+)?\)?栏?")


def is_column_numbers(cells: Iterable[Cell | None], layouts: Layouts) -> bool:
    """True for a row of column numbers or letters, and nothing else but the word for them before the first."""
    texts = [plain(cell.text) for cell in cells if cell is not None and cell.text.strip()]
    if not texts:
        return False
    if _is_word(texts[0], layouts):
        numbers = [int(text) for text in texts[1:] if text.isdecimal()]
        hidden = not texts[0].strip("*")  # a name may be hidden so, and figures follow
        return all(_NUMBER.fullmatch(text) for text in texts[1:]) and (not hidden or _in_order(numbers))
    digits = [int(text) for text in texts if text.isdecimal() and len(text) < 5]
    return len(digits) == len(texts) >= 3 and digits[0] in (0, 1) and _in_order(digits)


def numbers_columns(cells: Iterable[Cell], layouts: Layouts) -> bool:
    """The same in a statement, where blocks that stand side by side are each numbered."""
    cells = list(cells)
    texts = [plain(cell.text) for cell in cells]
    rest = [text for text in texts if not _is_word(text, layouts)]
    numbers = [int(match[1]) for match in map(_OF_STATEMENTS.fullmatch, rest) if match is not None]
    if is_column_numbers(cells, layouts):
        return True
    if len(numbers) != len(rest) or not numbers or not _in_order(numbers):
        return False
    return len(rest) < len(texts) or (len(numbers) > 2 and numbers[0] < 2)


def _is_word(text: str, layouts: Layouts) -> bool:
    return not text.strip("*") or matches(layouts["markers"]["column_numbers"], text)


def _in_order(numbers: list[int]) -> bool:
    return all(second == first + 1 for first, second in pairwise(numbers))
