"""What a paragraph speaks of, while it is read."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from openbudget.recognise.tokens import Token

_FIGURE = re.compile(r"(?<!\d)\d++(?![年月日])")  # and no date

Key = tuple[str, str | None]  # an item and its fund


def is_total(item: Mapping[str, Any]) -> bool:
    """All revenue or expenditure, or (`财政拨款支出` in final accounts) all expenditure of a fund in the year."""
    code = item.get("item_code")
    return code in ("expenditure", "revenue") or (code == "expenditure.current" and "fund_source" in item)


class _Outside(NamedTuple):
    """What was spoken of before brackets."""

    subject: Key | None
    spoken: Token | None
    fund: str | None
    listed: tuple[tuple[Key, int], ...]
    at: int
    year: int


class Scene:
    """`root` is what the paragraph is about, `subject` what a change or a stage would speak of now (`spoken`: its
    words), `fund` the fund that expenditure is of unless it says another."""

    def __init__(self, section_fund: str | None) -> None:
        self.section_fund = self.fund = section_fund
        self.root: Key | None = None
        self.subject: Key | None = None
        self.spoken: Token | None = None
        self.paused: Key | None = None  # what the clause before spoke of
        self.joined = -1  # where a run of joined items ends
        self.first: Key | None = None  # the first item with a figure of the sentence
        self.listed: list[tuple[Key, int]] = []  # the items with figures since the last change, and where they begin
        self._outside: list[_Outside] = []

    def in_context(self, token: Token) -> Token | None:
        """A fund named alone (`一般公共预算100万元`): a part of the revenue or of the expenditure spoken of; all
        expenditure of the fund, where the words are those of the whole (`一般公共预算当年拨款`), the section is about that
        and nothing was spoken of."""
        item = token.item or {}
        fund, whole = item["fund_source"], item["context"] == "whole"
        code = self.subject[0] if self.subject else (self.root or ("",))[0]
        if code == "balance" or code.partition(".")[0] == "revenue":
            return token._replace(item={"item_code": f"revenue.{fund}"})
        if code in ("expenditure", "expenditure.current") or (whole and not code and fund == self.section_fund):
            return token._replace(item={"item_code": "expenditure", "fund_source": fund})
        return None

    def state(self, key: Key, at: int) -> None:
        """An item has its figure; its words begin at `at`."""
        self.listed.append((key, at))
        self.first = self.first or key
        self.root = self.root or key

    def forget(self) -> None:
        """What is spoken of is not known."""
        self.subject = self.spoken = None

    def stop(self) -> None:
        """A sentence ends: the next one speaks of what the paragraph is about."""
        if self.first and self.root and not self.first[0].startswith(self.root[0]):
            self.root = self.first  # the paragraph has gone on to something else
        self.subject, self.first, self.paused = self.root, None, None
        self.fund = self.section_fund
        self.joined = -1
        self.listed.clear()
        self._outside.clear()

    def clause(self) -> None:
        """A part of a sentence ends."""
        self.paused = self.subject or self.paused
        self.subject = None
        self.joined = -1
        self.listed.clear()

    def open(self, at: int, year: int) -> None:
        """Brackets open at a place of the text that tells of a year."""
        self._outside.append(_Outside(self.subject, self.spoken, self.fund, tuple(self.listed), at, year))

    def close(self, text: str, year: int) -> int:
        """Behind brackets, what was spoken of before them is spoken of again. The year that is told of there: that
        before them, where a figure stands in them (`（上年900万元）`); not where they hold only a date (`（2023年）`). `text` ends
        with them, `year` is the one told there."""
        if not self._outside:
            return year
        before = self._outside.pop()
        self.subject, self.spoken, self.fund = before.subject, before.spoken, before.fund
        self.listed = list(before.listed)
        return before.year if _FIGURE.search(text, before.at) else year

    def settle(self, folded: str) -> None:
        """What a change speaks of that stands behind a list of figures (`其中：甲1万元、乙2万元，较上年增加3万元`): the
        whole, where the list is told in one breath; where commas part it, the last or the whole is meant, and which
        cannot be known."""
        if self.subject is None or not self.listed or self.subject != self.listed[-1][0]:
            return
        whole = self.listed[0][0]
        if self.root is not None and (self.root[0] == "balance" or whole[0].startswith(self.root[0])):
            whole = self.root  # else the paragraph is about something else, and has gone on to this
        parts = [at for key, at in self.listed if key != whole]
        if len(parts) < 2 or self.subject == whole:
            return
        self.subject = whole if folded[parts[-1] - 1] in "、和及" else None
