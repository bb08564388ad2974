"""What cannot be parted over lines: it tells whether a line was full."""

import pytest

from openbudget.readers.lattice_lines import first_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("出”（项）2024年", "出”（项）"),
        ("“三公”经费", "“三"),
        ("1.93%，主要", "1.93%，"),
        ("支出（项）", "支"),
        ("（一）收入", "（一）"),
    ],
)
def test_first_word(text: str, word: str) -> None:
    assert first_word(text) == word
