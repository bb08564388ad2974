"""Shares said behind a figure (`基本支出507.40万元，占66.32%`, `（占收入合计的98.84%）`), and of what they are shares.

The share is stored as printed. Of what it is one is stored where that is certain: the words name the whole, or nothing
else of which it can be part was said before it in the paragraph; else where the share fits one possible whole only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from openbudget.model.amount import Amount
from openbudget.model.disclosure import Origin
from openbudget.recognise.said import said_in
from openbudget.recognise.scene import Key
from openbudget.recognise.tokens import Token

if TYPE_CHECKING:
    from openbudget.recognise.said import Line
    from openbudget.recognise.scan import Scan

_CLASS = "expenditure.function"
_CARRIED = (".carryover", ".surplus_use")
_LONGEST = 24  # characters between `占` and its percentage

Full = tuple[str, str | None, str, tuple[str, ...]]  # item, fund, stage, names of the class


class Share(NamedTuple):
    """A share as printed. `words`: what names its whole, folded (blank where nothing does), `code` the item that these
    name (None: not known); `near`: the items with figures before it in the paragraph."""

    percent: Decimal
    origin: Origin
    words: str
    code: str | None
    near: tuple[Key, ...]


def read_share(scan: Scan, found: Sequence[Token], at: int) -> int:
    """Notes the share of the figure right before `占`; gives where to go on: behind the words up to the percentage, which
    say of what it is a share, not what is spoken of."""
    after = at + 1
    while after < len(found) and found[after].kind in ("item", "function", "stage", "year", "current"):
        after += 1
    if after == len(found) or found[after].kind != "percent":
        return at + 1
    if _is_behind_figure(scan, found, at):
        line = scan.said.lines[-1]
        near = [(said.item_code, said.fund_source) for said in scan.said.lines[:-1] if said_in(said.origin, scan.text)]
        before = [scan.before] if scan.before is not None and not near else []
        start, end = found[at].end, found[after].start
        items = [token for token in found[at + 1 : after] if token.kind in ("item", "function")]
        between = scan.folded.text[start:end] if items else scan.folded.text[start:end].strip(":")
        named = between if not scan.passage.between(start, end) or items else ""
        code = _code(items) if len(between) <= _LONGEST and _only(scan, items, start, end) else None
        percent, place = Decimal(found[after].match["rate"]), scan.passage.origin(found[after].start, found[after].end)
        share = Share(percent, place, named, code, tuple(dict.fromkeys((*before, *near))))
        if percent >= 0 and found[after].match.group().endswith("%"):
            scan.said.lines[-1] = line._replace(share=share)
    return after


def _is_behind_figure(scan: Scan, found: Sequence[Token], at: int) -> bool:
    """True where a figure that was read as that of an item stands right before `占` (or before the brackets around it)."""
    before = at - 1 if at and found[at - 1].kind != "open" else at - 2
    if before < 0 or found[before].kind != "money" or not scan.said.lines:
        return False
    between = scan.folded.text[found[before].end : found[at].start].lstrip(",(")
    read = scan.said.lines[-1].origin == scan.passage.origin(*found[before].match.span("figure"))
    return read and scan.words.filler.fullmatch(between) is not None


def _only(scan: Scan, items: Sequence[Token], start: int, end: int) -> bool:
    """True where nothing but filler stands around the words of the one item."""
    return len(items) == 1 and scan.passage.between(start, items[0].start) and scan.passage.between(items[0].end, end)


def _code(items: Sequence[Token]) -> str | None:
    item = items[0].item
    return None if item is None or "context" in item else str(item["item_code"])


def whole_of(key: Full, line: Line, kept: Mapping[Full, Line], parents: Mapping[Full, Full | None]) -> Full | None:
    """The figure that the share of `line` is one of; None where that is not certain."""
    share = line.share
    if share is None or (share.words and share.code is None):
        return None
    wholes = _named(key, share, kept) if share.words else _implied(key, line, kept, parents)
    near = [whole for whole in wholes if whole[:2] in share.near]
    if len(near) == 1 and _certain(near[0], share, kept):
        return near[0]
    fitting = [whole for whole in wholes if _fits(share, line, kept[whole])]
    return fitting[0] if len(fitting) == 1 else None


def _named(key: Full, share: Share, kept: Mapping[Full, Line]) -> list[Full]:
    """The figures of the item that the words name, and of the year's total where they name a total."""
    code = str(share.code)
    codes = {code, f"{code}.current", code.removesuffix(".current")}
    own = key[0].partition(".")[0]
    return [
        other
        for other in kept
        if other != key and other[0] in codes and other[2] == key[2] and not other[3] and code.partition(".")[0] == own
    ]


def _implied(key: Full, line: Line, kept: Mapping[Full, Line], parents: Mapping[Full, Full | None]) -> list[Full]:
    """What a figure is part of: the items above it; for a class the totals of expenditure said before it."""
    if key[0].startswith(_CLASS):
        top = line.named is not None and (line.named.names[-1:] or (("",),))[0][0] == "class"
        totals = [other for other in kept if other[0] in ("expenditure", "expenditure.current") and other[2] == key[2]]
        return totals if top else []
    above: list[Full] = []
    at = parents.get(key)
    while at is not None:
        above.append(at)
        at = parents.get(at)
    return above


def _certain(whole: Full, share: Share, kept: Mapping[Full, Line]) -> bool:
    """True where no other total can be meant: one of all money may be with, or without, what was carried over."""
    root = whole[0].removesuffix(".current")
    if root not in ("revenue", "expenditure"):
        return True
    if share.words:
        return share.words.rstrip("的为:").endswith(kept[whole].label.printed)
    return not any(other[0] in (root + tail for tail in _CARRIED) for other in kept)


def _fits(share: Share, part: Line, whole: Line) -> bool:
    """True where the share is what the two amounts, each as printed, come to; the last place may be cut or rounded."""
    one, other = Amount(part.figure, part.unit), Amount(whole.figure, whole.unit)
    low, high = other.yuan - other.half_place, other.yuan + other.half_place
    if low <= 0 or one.yuan < 0:
        return False
    place = Decimal(1).scaleb(int(share.percent.as_tuple().exponent))
    least, most = (one.yuan - one.half_place) / high * 100, (one.yuan + one.half_place) / low * 100
    return least - place <= share.percent <= most + place
