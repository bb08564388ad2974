"""The expression for any of many words: what a list of them, the longest first, would find."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from openbudget.recognise.layout import one_of, word_pattern

WORDS = st.text("ab(.收支", max_size=5)


@given(st.sets(WORDS, min_size=1, max_size=12), WORDS, WORDS)
def test_the_longest_word_that_fits(words: set[str], text: str, behind: str) -> None:
    listed = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    for end in ("", re.escape(behind)):
        one, other = (re.compile(f"(?:{each}){end}") for each in (one_of(words), listed))
        assert [match.span() for match in one.finditer(text)] == [match.span() for match in other.finditer(text)]


def test_words_that_are_no_plain_ones() -> None:
    words = ["收入", "收入*合计", "/支出\\d/"]
    assert re.fullmatch(one_of(words), "收入预算合计") and re.fullmatch(one_of(words), "支出1")
    assert one_of(words).split("|") == sorted(map(word_pattern, words), key=len, reverse=True)
