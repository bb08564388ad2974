"""A paragraph of prose as it is read: its folded text, and the way back from there to what is printed."""

from __future__ import annotations

from openbudget.model.amount import Figure, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.recognise.layout import stands, without
from openbudget.recognise.rows import text_origin
from openbudget.recognise.sections import Text
from openbudget.recognise.tokens import Token, Vocabulary
from openbudget.recognise.words import Folded, fold


class Passage:
    """One paragraph. Offsets are those of the folded text."""

    def __init__(self, text: Text, words: Vocabulary) -> None:
        self.text, self.words = text, words
        self.folded: Folded = fold(text.printed)

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

    def figure(self, token: Token) -> tuple[Figure | None, str | None]:
        start, end = self.folded.span(*token.match.span("figure"))
        if "，" in self.text.printed[start:end]:  # a pause between two figures, not a thousands separator
            return None, None
        return parse_figure(token.match["figure"]), unit_code(token.match["unit"])

    def implied_stage(self, start: int, end: int) -> str | None:
        """In final accounts the words of an item itself may say that the figure is the budget's (`支出预算为12万元`)."""
        printed = without(self.words.budgets, self.folded.text[start:end])
        if self.stage_of(printed) != "budget":
            return None
        return "adjusted" if stands(self.words.adjusted, printed) else "budget"

    def stage_of(self, printed: str) -> str | None:
        """The stage of the kind of disclosure that folded words speak of (`部门预算`, `收入支出决算`)."""
        kinds = {kind for word, kind in self.words.kinds.items() if word in printed}
        return "final" if "final-accounts" in kinds else "budget" if kinds else None
