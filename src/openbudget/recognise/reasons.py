"""Causes and uses in prose: text, not figures. They are passed over, up to where something new is stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openbudget.recognise.said import Change, said_in
from openbudget.recognise.tokens import Token

if TYPE_CHECKING:
    from openbudget.recognise.scan import Scan


def skip_reason(scan: Scan, found: Sequence[Token], at: int) -> int:
    """Passes over a cause or a use, to the end of the clause, or to where a new figure is stated outright; gives a cause
    to the change that it explains. Returns where to go on."""
    token = found[at]
    text = scan.folded.text
    begin = token.end
    while begin < len(text) and text[begin] in ":,":
        begin += 1
    end, after = len(text), len(found)
    for index in range(at + 1, len(found)):
        again = found[index].kind == "base" and text[found[index].start - 1] == ","
        listed = (
            token.kind == "use"
            and index == at + 1
            and found[index].start == begin
            and states(scan, found, index, False)
        )
        if found[index].kind in ("stop", "clause") or again or listed or states(scan, found, index):
            end, after = found[index].start, index
            break
        if (parts := part_of_change(scan, found, index)) is not None:
            end, after = parts, index
            break
    end = len(text[begin:end].rstrip(",。;")) + begin
    change = change_of_reason(scan) if token.kind == "cause" and end > begin else None
    if change is not None:
        change.reason = scan.passage.origin(begin, end)
    scan.item = scan.change = None
    scan.last_end = end
    return after


def change_of_reason(scan: Scan) -> Change | None:
    """The last change of the paragraph, where it has no reason yet."""
    last = scan.said.changes[-1] if scan.said.changes else None
    if last is None or last.reason is not None or last.direction_origin.file != scan.text.file:
        return None
    return last if said_in(last.direction_origin, scan.text) else None


def states(scan: Scan, found: Sequence[Token], at: int, clause: bool = True) -> bool:
    """True where (a clause begins with) an item that has its figure right behind it (`，公务接待费1.2万元`)."""
    token = found[at]
    if token.kind not in ("item", "function") or at + 1 >= len(found) or found[at + 1].kind != "money":
        return False
    begins = not clause or scan.folded.text[token.start - 1] in ",;。"
    return begins and scan.passage.between(token.end, found[at + 1].start)


def part_of_change(scan: Scan, found: Sequence[Token], at: int) -> int | None:
    """Where `其中` stands, before an item with a change of its own (`主要是人员增加，其中基本支出增加12.5万元`)."""
    kinds = [token.kind for token in found[at : at + 3]]
    before = scan.words.parts.search(scan.folded.text[: found[at].start])
    if before is None or kinds[:2] != ["item", "change"] or kinds[2:] not in (["money"], ["percent"]):
        return None
    if not scan.passage.between(found[at].end, found[at + 1].start):
        return None
    return before.start() if scan.passage.between(found[at + 1].end, found[at + 2].start) else None
