"""Figures in sentences: `2021年支出预算765.14万元，其中基本支出507.4万元…，较2020年预算增加7.01万元`.

One rule reads all of them: a figure belongs to the words right before it, with nothing between but filler. A figure
that stands behind a word of change is the change of what was last spoken of. What fits neither is left alone, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openbudget.model.amount import Amount, Figure, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.recognise.layout import Layouts
from openbudget.recognise.outline import Section, Text
from openbudget.recognise.rows import Rows, text_origin
from openbudget.recognise.tokens import Token, Vocabulary, tokens, vocabulary
from openbudget.recognise.words import Folded, fold


@dataclass(frozen=True, slots=True)
class Line:
    """A figure said in a sentence: the item (with its fund), the label as printed, the money."""

    item_code: str
    fund_source: str | None
    label: Origin
    figure: Figure
    unit: str
    origin: Origin
    unit_origin: Origin
    stage: str | None = None
    names: tuple[str, ...] = ()  # of a functional class: 类, 款, 项


@dataclass(slots=True)
class Change:
    """A change said in a sentence; `percent` and `reason` may come later in it."""

    item_code: str
    fund_source: str | None
    direction: str
    direction_origin: Origin
    base_year: int | None = None
    base_stage: str | None = None
    base_origin: Origin | None = None
    figure: Figure | None = None
    unit: str | None = None
    origin: Origin | None = None
    percent: Decimal | None = None
    percent_origin: Origin | None = None
    reason: Origin | None = None
    names: tuple[str, ...] = ()


@dataclass
class Said:
    """All that the sentences say."""

    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def read_sentences(sections: Sequence[Section], year: int, layouts: Layouts, rows: Rows) -> Said:
    """The figures and changes in the prose of the sections. What could not be understood becomes a diagnostic."""
    said = Said()
    data = layouts["sentences"]
    skipped = set(data["skip_sections"])
    words = vocabulary(layouts)
    for section in sections:
        codes = section.codes
        if skipped & set(codes):
            continue
        fund = next((data["section_funds"][code] for code in codes if code in data["section_funds"]), None)
        for text in section.texts:
            _Scan(text, words, codes, fund, year, said, rows).run()
    return said


class _Scan:
    """Walks through the tokens of one paragraph."""

    def __init__(
        self, text: Text, words: Vocabulary, codes: tuple[str, ...], fund: str | None, year: int, said: Said, rows: Rows
    ) -> None:
        self.text, self.words, self.codes, self.year = text, words, codes, year
        self.folded: Folded = fold(text.printed)
        self.said, self.rows = said, rows
        self.section_fund = fund
        self.fund = fund
        self.now = year
        self.root: tuple[str, str | None] | None = None
        self.subject: tuple[str, str | None] | None = None
        self.item: Token | None = None
        self.change: Change | None = None
        self.base: tuple[int | None, str | None, Origin] | None = None
        self.last_end = 0
        self.stage: str | None = None
        self.stage_token: Token | None = None
        self.names: tuple[str, ...] = ()
        self.aside: Token | None = None
        self.spoken: Token | None = None

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
        found = tokens(self.folded, self.words, self.codes)
        at = 0
        while at < len(found):
            token = found[at]
            if token.kind in ("cause", "use"):
                at = self.skip_reason(found, at)
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
        self.subject = self.root
        self.now, self.fund = self.year, self.section_fund
        self.stage = self.stage_token = None

    def on_clause(self, token: Token) -> None:
        self.item = self.change = self.subject = None

    def on_open(self, token: Token) -> None:
        self.aside, self.item = (
            (self.item, None) if self.item and self.between(self.item.end, token.start) else (None, None)
        )

    def on_close(self, token: Token) -> None:
        """Behind brackets in which no figure stood, what was spoken of before them is still spoken of."""
        if self.aside is not None:
            aside, self.aside = self.aside, None
            self.item = Token("item", aside.start, token.end, aside.match, aside.item, aside.value)
        else:
            self.item = None

    def on_share(self, token: Token) -> None:
        self.item = None
        self.change = None

    def on_base(self, token: Token) -> None:
        year = int(token.match["base_year"]) if token.match["base_year"] else self.year - 1
        stage = None
        if printed := token.match["base_stage"]:
            stage = next((code for code, pattern in self.words.base_stage if pattern.search(printed)), None)
        self.base = (year, stage, self.origin(token.start, token.end))
        self.item = None
        self.change = None

    def on_item(self, token: Token) -> None:
        assert token.item is not None
        if re.escape(token.value) in self.words.generic and self.special():
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

    def special(self) -> bool:
        """True where the sentence already speaks of one item, so that `支出决算` means that item."""
        if self.names:
            return True
        code = self.subject[0] if self.subject else ""
        return code.startswith(("three_public", "agency_operation", "procurement"))

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
        else:
            self.unknown(token)
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
        start, end = token.match.span("unit")
        label, printed = self.label(item.start, item.end), self.origin(*token.match.span("figure"))
        names = self.names if code == "expenditure.function" else ()
        self.said.lines.append(
            Line(code, fund, label, figure, unit, printed, self.origin(start, end), self.stage, names)
        )
        self.stage = self.stage_token = None
        if self.root is None:
            self.root = (code, fund)

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
        code, fund = self.subject
        change = Change(code, fund, token.value, self.origin(token.start, token.end))
        change.names = self.names if code == "expenditure.function" else ()
        if self.base is not None:
            change.base_year, change.base_stage, change.base_origin = self.base
        elif token.value == "unchanged":
            self.change = None
            return
        self.change = change
        self.said.changes.append(change)

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
            words=self.text.printed[max(0, start - 30) : end],
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

    def states(self, found: Sequence[Token], at: int) -> bool:
        """True where a clause begins with an item that has its figure right behind it (`，公务接待费1.2万元`)."""
        token = found[at]
        if token.kind != "item" or at + 1 >= len(found) or found[at + 1].kind != "money":
            return False
        return self.folded.text[token.start - 1] in ",;。" and self.between(token.end, found[at + 1].start)


def _same_piece(origin: Origin, inside: object, text: Text) -> bool:
    from openbudget.model.place import TextPlace, split_chars

    place = origin.place
    if isinstance(place, TextPlace):
        offset = getattr(text.place, "offset", 0)
        return bool(offset <= place.offset < offset + len(text.printed))
    return split_chars(place.fragment)[0] == split_chars(text.place.fragment)[0]


def amount_of(line: Line) -> Decimal:
    """The money of a line in yuan."""
    return Amount(line.figure, line.unit).yuan
