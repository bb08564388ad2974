"""One paragraph of prose, walked through token by token.

One rule reads all of them: a figure belongs to the words right before it, with nothing between but filler. A figure
that stands behind a word of change is the change of what was last spoken of. What fits neither is left alone, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openbudget.model.amount import Figure
from openbudget.model.disclosure import Origin
from openbudget.model.facts import Facts
from openbudget.recognise.beside import FUNCTION, Heading, both, headed, is_bound, of_class, one_side
from openbudget.recognise.enumerations import pair
from openbudget.recognise.functions import Above, Named, Pending, read_class
from openbudget.recognise.passage import Passage
from openbudget.recognise.reasons import skip_reason, states
from openbudget.recognise.rows import Rows
from openbudget.recognise.said import Change, Earlier, Line, Said
from openbudget.recognise.scene import Key, Scene, is_total
from openbudget.recognise.sections import Text
from openbudget.recognise.shares import read_share
from openbudget.recognise.tokens import Token, Vocabulary, tokens


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
        heading: Heading | None = None,
        above: Above | None = None,
        pending: Pending | None = None,
    ) -> None:
        self.before, self.heading = before, heading  # what the paragraph before, and the heading, speak of
        self.above = above or Above()  # the functional classes around the one that is named next
        self.text, self.words, self.codes = text, words, codes
        self.year, self.kind = facts.fiscal_year, facts.kind
        self.passage = Passage(text, words)
        self.folded = self.passage.folded
        self.said, self.rows = said, rows
        self.scene = Scene(fund)
        self.now = self.year
        self.item: Token | None = None
        self.change: Change | None = None
        self.base: tuple[int | None, str | None, Origin] | None = None
        self.base_end = -1
        self.last_end = 0
        self.stage: str | None = None
        self.stage_token: Token | None = None
        self.named: Named | None = None  # the functional class that is spoken of
        self.class_token: Token | None = None
        self.pending = pending  # the class that the paragraph before named and said no figure of
        self.totals: dict[str, Key] = {}  # of revenue and of expenditure, as said so far
        self.then: Token | None = None  # words of an earlier year, right before its figure
        self.earlier: dict[tuple[Key, tuple[str, ...]], Earlier] = {}  # what items were in an earlier year
        self.aside: Token | None = None  # what stood right before brackets in which no figure has stood so far

    def run(self) -> None:
        found = tokens(self.folded, self.words, self.codes, self.kind)
        found = pair(found, self.folded.text, self.words)
        if found and found[0].kind == "base" and found[0].start == 0:
            self.scene.root = self.scene.subject = self.before  # `与上年相比增加…` as a paragraph of its own
        if self.pending is not None and found and found[0].kind == "stage" and found[0].start == 0:
            self.named = self.pending.named  # `年初预算为…` as a paragraph of its own
            self.scene.root = self.scene.subject = (FUNCTION, self.scene.fund)
        at = 0
        while at < len(found):
            token = found[at]
            if token.kind in ("cause", "use"):
                at = skip_reason(self, found, at)
                continue
            if token.item is not None and is_bound(token.item) and not states(self, found, at, False):
                at += 1
                continue
            getattr(self, "on_" + token.kind)(token)
            self.last_end = token.end
            at = read_share(self, found, at) if token.kind == "share" else at + 1

    # -- tokens that set the scene

    def on_function(self, token: Token) -> None:
        """A functional class is spoken of; it stays the subject to the end of the paragraph."""
        read = read_class(token.match, self.above, self.words.class_lead)
        self.item = self.change = None
        if read is None:
            self.named = None
            self.scene.forget()
            return
        self.named, self.above = read
        self.class_token = token
        self.item = Token("item", token.start, token.end, token.match, {"item_code": FUNCTION}, token.value)
        self.scene.subject, self.scene.spoken = self.key(self.item.item or {}), self.item
        self.scene.root = self.scene.root or self.scene.subject

    def on_stage(self, token: Token) -> None:
        """`年初预算为…`, `决算数为…` behind what is spoken of: the same item at another stage."""
        self.stage, self.stage_token = token.value, token

    def on_year(self, token: Token) -> None:
        self.now = int(token.match["which_year"])
        self.item = None if self.item is None or not self.passage.between(self.item.end, token.start) else self.item

    def on_then(self, token: Token) -> None:
        """`2023年预算执行数为…`, right before a figure: what is spoken of, in that year and at that stage."""
        year = int(token.match["then_year"]) if token.match["then_year"] else self.year - 1
        self.item = None
        if year != self.year:
            self.then = token
            return
        code = self.base_code(token.match["then_stage"])
        if self.kind == "budget" and code in ("budget", "initial"):
            self.stage, self.stage_token = None, token
        elif self.kind != "budget":
            self.stage, self.stage_token = ("final" if code == "final" else "budget"), token

    def base_code(self, printed: str) -> str | None:
        """The stage that words of comparison name."""
        return next((code for code, pattern in self.words.base_stage if pattern.search(printed)), None)

    def on_prior(self, token: Token) -> None:
        self.now = self.year - 1

    def on_current(self, token: Token) -> None:
        self.now = self.year

    def on_stop(self, token: Token) -> None:
        if self.item is not None and self.scene.first is None and self.passage.between(self.item.end, token.start):
            self.scene.root = self.key(self.item.item or {})  # `1.公务接待费。2022年决算数…`: a heading run in
        self.item = self.change = self.base = self.aside = None
        self.now = self.year
        self.stage = self.stage_token = None
        self.scene.stop()

    def on_clause(self, token: Token) -> None:
        self.item = self.change = None
        self.scene.clause()

    def on_open(self, token: Token) -> None:
        self.scene.open(token.start, self.now)
        self.aside, self.item = (
            (self.item, None) if self.item and self.passage.between(self.item.end, token.start) else (None, None)
        )

    def on_close(self, token: Token) -> None:
        """Behind brackets, what was spoken of before them is spoken of again."""
        self.now = self.scene.close(self.folded.text[: token.start], self.now)
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
        self.item = self.change = None
        self.stage = self.stage_token = None
        self.scene.forget()
        self.scene.joined = token.end

    def on_unclear(self, token: Token) -> None:
        self.on_several(token)
        self.unknown(token)

    def on_paired(self, token: Token) -> None:
        assert token.of is not None
        figure, unit = self.passage.figure(token)
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
        stage = self.base_code(printed) if printed else None
        self.base = (year, stage, self.passage.origin(token.start, token.end))
        self.base_end = token.end
        if self.scene.subject is None and self.folded.text[token.start - 1] == ";":
            self.scene.subject = self.scene.paused  # `…减少1万元；比上年增加2万元`
        self.item = None
        self.change = None

    def on_item(self, token: Token) -> None:
        assert token.item is not None
        if token.item.get("item_code") == "none":
            self.item = self.change = None
            self.scene.forget()
            return
        generic = re.escape(token.value) in self.words.generic
        if generic and self.scene.joined >= 0 and self.passage.between(self.scene.joined, token.start):
            return  # `“三公”经费、会议费及培训费预算支出`: of all of them
        if generic and self.special():
            self.stage, self.stage_token = self.passage.stage_of(token.value) or "budget", token
            return
        if (
            ("context" in token.item or is_total(token.item))
            and self.special()
            and self.item
            and self.passage.between(self.item.end, token.start)
        ):
            before = self.item  # `“三公”经费财政拨款支出`: still the same item
            self.item = Token("item", before.start, token.end, before.match, before.item, before.value)
            return
        if "context" in token.item:
            resolved = self.scene.in_context(token)
            if resolved is None:
                self.item = self.change = self.scene.subject = None
                return
            token = resolved
            assert token.item is not None
        token = of_class(self, token)
        assert token.item is not None
        self.item = token
        self.change = None
        self.stage = self.stage_token = None
        if not str(token.item["item_code"]).startswith("expenditure"):
            self.named = None
        if "fund_source" in token.item:
            self.scene.fund = token.item["fund_source"]
        self.scene.subject, self.scene.spoken = self.key(token.item), token

    def special(self) -> bool:
        """True where the sentence already speaks of one item, so that `支出决算` means that item."""
        if self.named:
            return True
        code, fund = self.scene.subject or ("", None)
        if fund and self.scene.first and is_total({"item_code": code, "fund_source": fund}):
            return True  # `一般公共预算财政拨款支出年初预算100万元，支出决算90万元`
        return code.startswith(("three_public", "agency_operation", "procurement", "meeting", "training"))

    def key(self, item: Mapping[str, Any]) -> tuple[str, str | None]:
        code = str(item["item_code"])
        if "fund_source" in item:
            return code, item["fund_source"]
        return code, self.scene.fund if code.startswith("expenditure") else None

    # -- figures

    def on_money(self, token: Token) -> None:
        figure, unit = self.passage.figure(token)
        self.aside = None
        then, self.then = self.then, None
        if figure is None or unit is None:
            self.unknown(token)
        elif then is not None and self.scene.subject is not None:
            self.remember(then, token, figure, unit)
        elif (
            self.change is not None and self.change.figure is None and self.passage.between(self.last_end, token.start)
        ):
            self.change.figure, self.change.unit = figure, unit
            self.change.origin = self.passage.origin(token.start, token.end)
        elif self.item is not None and self.passage.between(self.item.end, token.start):
            self.line(token, self.item, figure, unit)
        elif self.staged(token):
            self.line(token, self.staged(token), figure, unit)
        elif (item := headed(self, token)) is not None:
            self.scene.subject, self.scene.spoken = self.key(item.item or {}), item
            self.line(token, item, figure, unit)
        elif self.base is not None and self.passage.between(self.base_end, token.start):
            pass  # `与上年的1.5万元一致`: what it is compared with
        else:
            self.unknown(token)
            self.scene.forget()  # what follows speaks of that figure
        self.item = None

    def remember(self, then: Token, token: Token, figure: Figure, unit: str) -> None:
        """What the item spoken of was in an earlier year: the base of a change of it that follows."""
        year = int(then.match["then_year"]) if then.match["then_year"] else self.year - 1
        origin, words = self.passage.origin(*token.match.span("figure")), self.passage.origin(then.start, then.end)
        self.earlier[self.subject_key()] = Earlier(
            year, self.base_code(then.match["then_stage"]), figure, unit, origin, words
        )

    def names(self, code: str) -> tuple[str, ...]:
        """What tells the functional class that an item is of from others."""
        return self.named.key if self.named is not None and code.startswith(FUNCTION) else ()

    def code_origin(self, named: Named) -> Origin | None:
        return self.passage.origin(*named.span) if named.span else None

    def subject_key(self) -> tuple[Key, tuple[str, ...]]:
        assert self.scene.subject is not None
        return self.scene.subject, self.names(self.scene.subject[0])

    def staged(self, token: Token) -> Token | None:
        """The item that a figure right behind a word of stage belongs to: what is spoken of, if anything is."""
        if (
            self.stage_token is None
            or self.scene.subject is None
            or not self.passage.between(self.stage_token.end, token.start)
        ):
            return None
        code, fund = self.scene.subject
        item = {"item_code": code} | ({"fund_source": fund} if fund else {})
        spoken = self.scene.spoken or self.stage_token
        return Token("item", spoken.start, spoken.end, token.match, item, "")

    def line(self, token: Token, item: Token | None, figure: Figure, unit: str) -> None:
        assert item is not None
        assert item.item is not None
        code, fund = self.key(item.item)
        stock = code.startswith("assets") and not code.endswith("purchase")
        if self.now != self.year and not stock and code != "revenue.carryover":
            return  # a figure of another year: it is in the text, and no row of this package
        if self.stage is None and self.kind != "budget":
            self.stage = self.passage.implied_stage(item.start, token.start)
        self.scene.state((code, fund), item.start)
        start, end = token.match.span("unit")
        label, printed = self.passage.label(item.start, item.end), self.passage.origin(*token.match.span("figure"))
        if item.start == item.end and self.heading is not None:
            label = self.heading.origin
        line = Line(code, fund, label, figure, unit, printed, self.passage.origin(start, end), self.stage)
        if code.startswith(FUNCTION) and self.named is not None:
            line = line._replace(named=self.named, names=self.named.key, code=self.code_origin(self.named))
            if self.pending is not None and self.pending.named is self.named:
                line = line._replace(label=self.pending.label, code=self.pending.code)
        elif is_total(item.item) or code == "revenue.current":
            self.totals[code.partition(".")[0]] = (code, fund)
        self.said.lines.append(line)
        self.stage = self.stage_token = None

    def on_change(self, token: Token) -> None:
        if (flow := one_side(self, token)) is not None:
            self.scene.subject = flow
        behind = self.change is not None and self.folded.text[self.last_end : token.start] in ("", ",")
        if behind and self.change is not None and self.change.again(token.value):
            return
        if token.value == "undecided" or self.scene.subject is None:
            self.change = None
            return
        if self.change is not None and self.passage.between(self.last_end, token.start) and self.change.figure is None:
            return
        self.scene.settle(self.folded.text)
        if self.scene.subject is None:
            self.change = None
            return
        code, fund = self.scene.subject
        origin, roughly = self.passage.origin(token.start, token.end), token.value == "roughly"
        change = Change(code, fund, "unchanged" if roughly else token.value, origin, roughly=roughly)
        change.names = self.names(code)
        change.also = both(self, token) if code in ("revenue", "expenditure") else ()
        earlier = self.earlier.get(self.subject_key())
        if self.base is None and earlier is not None:  # `2023年预算8万元，2024年预算10万元，增加2万元`
            self.base, self.base_end = (earlier.year, earlier.stage, earlier.words), token.start
        if earlier is not None and self.base is not None and earlier.year == self.base[0]:
            change.earlier = earlier if earlier.stage == self.base[1] or None in (earlier.stage, self.base[1]) else None
        if self.base is not None:
            change.base_year, change.base_stage, change.base_origin = self.base
            if change.base_year == self.year and change.base_stage is None:
                change.base_stage = "initial" if "年初" in self.folded.text[self.base_end : token.start] else None
        elif change.direction == "unchanged":
            self.change = None
            return
        self.change = change
        self.said.changes.append(change)
        self.scene.listed.clear()

    def on_percent(self, token: Token) -> None:
        if self.change is not None and self.change.percent is None and self.passage.between(self.last_end, token.start):
            self.change.percent = Decimal(token.match["rate"])
            self.change.percent_origin = self.passage.origin(token.start, token.end)
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
