"""One paragraph of prose, walked through token by token.

One rule reads all of them: a figure belongs to the words right before it, with nothing between but filler. A figure
that stands behind a word of change is the change of what was last spoken of. What fits neither is left alone, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from openbudget.model.amount import Figure, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.facts import Facts
from openbudget.recognise.enumerations import pair
from openbudget.recognise.outline import Text
from openbudget.recognise.rows import Rows, text_origin
from openbudget.recognise.said import Change, Line, Said
from openbudget.recognise.tokens import Token, Vocabulary, tokens
from openbudget.recognise.words import Folded, fold


Key = tuple[str, str | None]  # an item and its fund
_FUND_NAMES = re.compile(r"(?:一般公共|政府性基金|国有资本经营|基金|综合|部门|单位)预算")


@dataclass(frozen=True, slots=True)
class _Outside:
    """What was spoken of before brackets; it is spoken of again behind them."""

    subject: Key | None
    spoken: Token | None
    fund: str | None
    listed: tuple[tuple[Key, int], ...]


class Scan:
    """Walks through the tokens of one paragraph."""

    def __init__(
        self,
        text: Text,
        words: Vocabulary,
        codes: tuple[str, ...],
        fund: str | None,
        facts: Facts,
        said: Said,
        rows: Rows,
        before: Key | None = None,
    ) -> None:
        self.before = before  # what the paragraph before spoke of
        self.text, self.words, self.codes = text, words, codes
        self.year, self.kind = facts.fiscal_year, facts.kind
        self.folded: Folded = fold(text.printed)
        self.said, self.rows = said, rows
        self.section_fund = fund
        self.fund = fund
        self.now = self.year
        self.root: Key | None = None
        self.subject: Key | None = None
        self.item: Token | None = None
        self.change: Change | None = None
        self.base: tuple[int | None, str | None, Origin] | None = None
        self.base_end = -1
        self.last_end = 0
        self.stage: str | None = None
        self.stage_token: Token | None = None
        self.names: tuple[str, ...] = ()
        self.spoken: Token | None = None
        self.aside: Token | None = None  # what stood right before brackets in which no figure has stood so far
        self.outside: list[_Outside] = []
        self.paused: Key | None = None  # what the clause before spoke of
        self.joined = -1  # where a run of joined items ends
        self.first: Key | None = None  # the first item with a figure of the sentence
        self.listed: list[tuple[Key, int]] = []  # the items with figures since the last change, and where they begin

    def origin(self, start: int, end: int) -> Origin:
        return text_origin(self.text, *self.folded.span(start, end))

    def label(self, start: int, end: int) -> Origin:
        """The origin of an item's words, with the quotes that belong to them."""
        first, last = self.folded.span(start, end)
        printed = self.text.printed
        if first and printed[first - 1] in "“‘「" and printed[first - 1] not in printed[first:last]:
            closing = "”’」"["“‘「".index(printed[first - 1])]
            if closing in printed[first:last]:
                first -= 1
            elif printed[last : last + 1] == closing:
                first, last = first - 1, last + 1
        return text_origin(self.text, first, last)

    def between(self, start: int, end: int) -> bool:
        """True where nothing but filler stands between."""
        return self.words.filler.fullmatch(self.folded.text[start:end]) is not None

    def run(self) -> None:
        found = tokens(self.folded, self.words, self.codes, self.kind)
        found = pair(found, self.folded.text, self.words)
        if found and found[0].kind == "base" and found[0].start == 0:
            self.root = self.subject = self.before  # `与上年相比增加…` as a paragraph of its own
        at = 0
        while at < len(found):
            token = found[at]
            if token.kind in ("cause", "use"):
                at = self.skip_reason(found, at)
                continue
            if token.kind == "item" and (token.item or {}).get("context") and not self.states(found, at, False):
                at += 1
                continue
            getattr(self, "on_" + token.kind)(token)
            self.last_end = token.end
            at += 1

    # -- tokens that set the scene

    def on_function(self, token: Token) -> None:
        """A functional class is spoken of; it stays the subject to the end of the paragraph."""
        printed = self.folded.text[token.start : token.end]
        for pattern in self.words.functions:
            match = pattern.fullmatch(printed)
            if match is not None:
                self.names = tuple(
                    name for name in (match.groupdict().get(key) for key in ("class", "group", "line")) if name
                )
                break
        self.item = Token(
            "item", token.start, token.end, token.match, {"item_code": "expenditure.function"}, token.value
        )
        self.subject, self.spoken = self.key(self.item.item or {}), self.item
        self.root = self.root or self.subject
        self.change = None

    def on_stage(self, token: Token) -> None:
        """`年初预算为…`, `决算数为…` behind what is spoken of: the same item at another stage."""
        self.stage, self.stage_token = token.value, token

    def on_year(self, token: Token) -> None:
        self.now = int(token.match["which_year"])
        self.item = None if self.item is None or not self.between(self.item.end, token.start) else self.item

    def on_prior(self, token: Token) -> None:
        self.now = self.year - 1

    def on_stop(self, token: Token) -> None:
        self.item = self.change = self.base = self.aside = None
        if self.first and self.root and not self.first[0].startswith(self.root[0]):
            self.root = self.first  # the paragraph has gone on to something else
        self.subject, self.first, self.paused = self.root, None, None
        self.joined = -1
        self.now, self.fund = self.year, self.section_fund
        self.stage = self.stage_token = None
        self.outside.clear()
        self.listed.clear()

    def on_clause(self, token: Token) -> None:
        self.paused = self.subject or self.paused
        self.item = self.change = self.subject = None
        self.listed.clear()
        self.joined = -1

    def on_open(self, token: Token) -> None:
        self.outside.append(_Outside(self.subject, self.spoken, self.fund, tuple(self.listed)))
        self.aside, self.item = (
            (self.item, None) if self.item and self.between(self.item.end, token.start) else (None, None)
        )

    def on_close(self, token: Token) -> None:
        """Behind brackets, what was spoken of before them is spoken of again."""
        if self.outside:
            before = self.outside.pop()
            self.subject, self.spoken, self.fund = before.subject, before.spoken, before.fund
            self.listed = list(before.listed)
        if self.aside is not None:
            aside, self.aside = self.aside, None
            self.item = Token("item", aside.start, token.end, aside.match, aside.item, aside.value)
        else:
            self.item = None

    def on_share(self, token: Token) -> None:
        self.item = None
        self.change = None

    def on_each(self, token: Token) -> None:
        self.item = self.change = None

    def on_several(self, token: Token) -> None:
        """Items joined by `、` or `和`: a figure behind them is none of theirs."""
        self.item = self.change = self.subject = self.spoken = None
        self.stage = self.stage_token = None
        self.joined = token.end

    def on_unclear(self, token: Token) -> None:
        self.on_several(token)
        self.unknown(token)

    def on_paired(self, token: Token) -> None:
        assert token.of is not None
        figure, unit = self.figure(token)
        self.on_item(token.of)
        if figure is None or unit is None or self.item is None:
            self.unknown(token)
        else:
            self.line(token, self.item, figure, unit)
        self.item = None

    def on_base(self, token: Token) -> None:
        printed = token.match["own_stage"] or token.match["base_stage"]
        year = int(token.match["base_year"]) if token.match["base_year"] else self.year - 1
        if token.match["own_stage"] and self.kind != "budget":
            year = self.year  # `较年初预算数`: the budget of the year of these accounts
        stage = None
        if printed:
            stage = next((code for code, pattern in self.words.base_stage if pattern.search(printed)), None)
        self.base = (year, stage, self.origin(token.start, token.end))
        self.base_end = token.end
        if self.subject is None and self.folded.text[token.start - 1] == ";":
            self.subject = self.paused  # `…减少1万元；比上年增加2万元`
        self.item = None
        self.change = None

    def on_item(self, token: Token) -> None:
        assert token.item is not None
        if "context" in token.item:
            resolved = self.in_context(token)
            if resolved is None:
                self.item = self.change = self.subject = None
                return
            token = resolved
            assert token.item is not None
        generic = re.escape(token.value) in self.words.generic
        if generic and self.joined >= 0 and self.between(self.joined, token.start):
            return  # `“三公”经费、会议费及培训费预算支出`: of all of them
        if generic and self.special():
            self.stage, self.stage_token = ("final" if "决算" in token.value else "budget"), token
            return
        if (
            token.item["item_code"] in ("expenditure", "revenue")
            and self.special()
            and self.item
            and self.between(self.item.end, token.start)
        ):
            before = self.item  # `“三公”经费财政拨款支出`: still the same item
            self.item = Token("item", before.start, token.end, before.match, before.item, before.value)
            return
        self.item = token
        self.change = None
        self.stage = self.stage_token = None
        if not str(token.item["item_code"]).startswith("expenditure"):
            self.names = ()
        if "fund_source" in token.item:
            self.fund = token.item["fund_source"]
        self.subject, self.spoken = self.key(token.item), token

    def in_context(self, token: Token) -> Token | None:
        """A fund named alone (`一般公共预算100万元`): a part of the revenue or of the expenditure spoken of."""
        fund = (token.item or {})["fund_source"]
        code = self.subject[0] if self.subject else (self.root or ("",))[0]
        if code == "balance" or code.partition(".")[0] == "revenue":
            return replace(token, item={"item_code": f"revenue.{fund}"})
        if code in ("expenditure", "expenditure.current"):
            return replace(token, item={"item_code": "expenditure", "fund_source": fund})
        return None

    def special(self) -> bool:
        """True where the sentence already speaks of one item, so that `支出决算` means that item."""
        if self.names:
            return True
        code = self.subject[0] if self.subject else ""
        return code.startswith(("three_public", "agency_operation", "procurement", "meeting", "training"))

    def key(self, item: Mapping[str, Any]) -> tuple[str, str | None]:
        code = str(item["item_code"])
        if "fund_source" in item:
            return code, item["fund_source"]
        return code, self.fund if code.startswith("expenditure") else None

    # -- figures

    def on_money(self, token: Token) -> None:
        figure, unit = self.figure(token)
        self.aside = None
        if figure is None or unit is None:
            self.unknown(token)
        elif self.change is not None and self.change.figure is None and self.between(self.last_end, token.start):
            self.change.figure, self.change.unit = figure, unit
            self.change.origin = self.origin(token.start, token.end)
        elif self.item is not None and self.between(self.item.end, token.start):
            self.line(token, self.item, figure, unit)
        elif self.staged(token):
            self.line(token, self.staged(token), figure, unit)
        elif self.base is not None and self.between(self.base_end, token.start):
            pass  # `与上年的1.5万元一致`: what it is compared with
        else:
            self.unknown(token)
            self.subject = self.spoken = None  # what follows speaks of that figure
        self.item = None

    def staged(self, token: Token) -> Token | None:
        """The item that a figure right behind a word of stage belongs to: what is spoken of, if anything is."""
        if self.stage_token is None or self.subject is None or not self.between(self.stage_token.end, token.start):
            return None
        code, fund = self.subject
        item = {"item_code": code} | ({"fund_source": fund} if fund else {})
        spoken = self.spoken or self.stage_token
        return Token("item", spoken.start, spoken.end, token.match, item, "")

    def line(self, token: Token, item: Token | None, figure: Figure, unit: str) -> None:
        assert item is not None
        assert item.item is not None
        code, fund = self.key(item.item)
        stock = code.startswith("assets") and not code.endswith("purchase")
        if self.now != self.year and not stock and code != "revenue.carryover":
            return  # a figure of another year: it is in the text, and no row of this package
        if self.stage is None:
            self.stage = self.implied_stage(item.start, token.start)
        self.listed.append(((code, fund), item.start))
        self.first = self.first or (code, fund)
        start, end = token.match.span("unit")
        label, printed = self.label(item.start, item.end), self.origin(*token.match.span("figure"))
        names = self.names if code == "expenditure.function" else ()
        self.said.lines.append(
            Line(code, fund, label, figure, unit, printed, self.origin(start, end), self.stage, names)
        )
        self.stage = self.stage_token = None
        if self.root is None:
            self.root = (code, fund)

    def implied_stage(self, start: int, end: int) -> str | None:
        """In final accounts the words of an item itself may say that the figure is the budget's (`支出预算为12万元`)."""
        words = _FUND_NAMES.sub("", self.folded.text[start:end])
        if self.kind == "budget" or "预算" not in words:
            return None
        return "adjusted" if "全年预算" in words or "调整预算" in words else "budget"

    def figure(self, token: Token) -> tuple[Figure | None, str | None]:
        start, end = self.folded.span(*token.match.span("figure"))
        if "，" in self.text.printed[start:end]:  # a pause between two figures, not a thousands separator
            return None, None
        return parse_figure(token.match["figure"]), unit_code(token.match["unit"])

    def on_change(self, token: Token) -> None:
        if token.value == "undecided" or self.subject is None:
            self.change = None
            return
        if self.change is not None and self.between(self.last_end, token.start) and self.change.figure is None:
            return
        follows = self.change is not None and self.change.direction == token.value and self.change.figure is not None
        if follows and self.folded.text[self.last_end : token.start] in ("", ","):
            return  # `增加 5 万元，增长 3%`: the same change again, as a rate
        self.settle(token)
        if self.subject is None:
            self.change = None
            return
        code, fund = self.subject
        change = Change(code, fund, token.value, self.origin(token.start, token.end))
        change.names = self.names if code == "expenditure.function" else ()
        if self.base is not None:
            change.base_year, change.base_stage, change.base_origin = self.base
            if change.base_year == self.year and change.base_stage is None:
                change.base_stage = "initial" if "年初" in self.folded.text[self.base_end : token.start] else None
        elif token.value == "unchanged":
            self.change = None
            return
        self.change = change
        self.said.changes.append(change)
        self.listed.clear()

    def settle(self, token: Token) -> None:
        """What a change speaks of that stands behind a list of figures (`其中：甲1万元、乙2万元，较上年增加3万元`): the
        whole, where the list is told in one breath; where commas part it, the last or the whole is meant, and which
        cannot be known."""
        if self.subject is None or not self.listed or self.subject != self.listed[-1][0]:
            return
        whole = self.root or self.listed[0][0]
        parts = [(key, at) for key, at in self.listed if key != whole]
        if len(parts) < 2 or self.subject == whole:
            return
        self.subject = whole if self.folded.text[parts[-1][1] - 1] in "、和及" else None

    def on_percent(self, token: Token) -> None:
        if self.change is not None and self.change.percent is None and self.between(self.last_end, token.start):
            self.change.percent = Decimal(token.match["rate"])
            self.change.percent_origin = self.origin(token.start, token.end)
        self.item = None

    def unknown(self, token: Token) -> None:
        start, end = self.folded.span(token.start, token.end)
        self.rows.say(
            "recognise.figure_unknown",
            self.text.place.within(start, end),
            self.text.file,
            printed=self.text.printed[start:end],
        )

    # -- causes and uses: text, not figures

    def skip_reason(self, found: Sequence[Token], at: int) -> int:
        """Passes over a cause or a use, to the end of the clause, or to where a new figure is stated outright."""
        token = found[at]
        text = self.folded.text
        begin = token.end
        while begin < len(text) and text[begin] in ":,":
            begin += 1
        end, after = len(text), len(found)
        for index in range(at + 1, len(found)):
            if found[index].kind in ("stop", "clause") or self.states(found, index):
                end, after = found[index].start, index
                break
        end = len(text[begin:end].rstrip(",。;")) + begin
        if token.kind == "cause" and self.change_of_reason() is not None and end > begin:
            change = self.change_of_reason()
            assert change is not None
            change.reason = self.origin(begin, end)
        self.item = self.change = None
        self.last_end = end
        return after

    def change_of_reason(self) -> Change | None:
        """The last change of this paragraph, where it has no reason yet."""
        last = self.said.changes[-1] if self.said.changes else None
        if last is None or last.reason is not None or last.direction_origin.file != self.text.file:
            return None
        inside = self.text.place.within(0, len(self.text.printed))
        return last if _same_piece(last.direction_origin, inside, self.text) else None

    def states(self, found: Sequence[Token], at: int, clause: bool = True) -> bool:
        """True where (a clause begins with) an item that has its figure right behind it (`，公务接待费1.2万元`)."""
        token = found[at]
        if token.kind != "item" or at + 1 >= len(found) or found[at + 1].kind != "money":
            return False
        begins = not clause or self.folded.text[token.start - 1] in ",;。"
        return begins and self.between(token.end, found[at + 1].start)


def _same_piece(origin: Origin, inside: object, text: Text) -> bool:
    from openbudget.model.place import TextPlace, split_chars

    place = origin.place
    if isinstance(place, TextPlace):
        offset = getattr(text.place, "offset", 0)
        return bool(offset <= place.offset < offset + len(text.printed))
    return split_chars(place.fragment)[0] == split_chars(text.place.fragment)[0]
