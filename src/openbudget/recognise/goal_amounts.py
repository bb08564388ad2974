"""The amounts of a goal told in a labelled line: `项目资金：年度资金总额300万元，其中：财政拨款200万元`."""

from __future__ import annotations

import re

from openbudget.model.amount import UNIT_WORDS, Amount, parse_figure, unit_code
from openbudget.recognise.labels import Piece, named
from openbudget.recognise.layout import Layouts
from openbudget.recognise.rows import Fields, Read, amount_fields, text_origin
from openbudget.recognise.words import fold

_ITEM = re.compile(
    r"[,;。()]*(?:其中:?)?(?P<label>[^\d,;。():]*?)(?:为|共计|共)?:?"
    rf"(?P<figure>\d(?:[\d,]*\d)?(?:\.\d+)?)(?P<unit>{UNIT_WORDS})?(?=$|[,;。()])"
)


def amounts(part: Piece, layouts: Layouts) -> Fields:
    """The amounts that follow one another right behind a label, each wholly a figure with its unit (or that in the
    brackets of the label). The first needs no name of its own; of those whose name is not known none is taken."""
    label, text = part.labels[-1], part.line.text
    folded = fold(text.printed[part.start : part.end])
    fields: Fields = {}
    match = _ITEM.match(folded.text)
    while match is not None:
        figure, unit = parse_figure(match["figure"]), unit_code(match["unit"] or label.unit or "")
        kind = named(match["label"], layouts) if match["label"] or match.start() else label.kind
        if figure is not None and unit is not None and kind is not None and kind.startswith("amount"):
            first, last = folded.span(*match.span("figure"))
            origin = text_origin(text, part.start + first, part.start + last)
            first, last = folded.span(*match.span("unit")) if match["unit"] else (label.start - part.start, 0)
            of_unit = text_origin(text, part.start + first, part.start + last)
            money: Fields = {kind: Read(Amount(figure, unit).yuan, origin)}
            fields = (amount_fields(figure, unit, origin, of_unit) if kind == "amount" else money) | fields
        match = _ITEM.match(folded.text, match.end())
    return fields
