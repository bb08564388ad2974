"""What stands beside a figure and says, or does not say, whose it is: headings, both sides of an account, classes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from openbudget.model.disclosure import Origin
from openbudget.recognise.functions import Pending
from openbudget.recognise.scene import Key
from openbudget.recognise.tokens import Token

if TYPE_CHECKING:
    from openbudget.recognise.scan import Scan

FUNCTION = "expenditure.function"
_OPENING = re.compile(r"(?:\d+[.、]|\(\d+\))?(?:20\d\d年度?)?(?:本年度?)?,?")


class Heading(NamedTuple):
    """The item that a heading is, and nothing else (`（一）因公出国（境）经费`)."""

    item: Mapping[str, Any]
    origin: Origin


def is_bound(item: Mapping[str, Any]) -> bool:
    """True for an item that counts only where its figure stands right behind it."""
    return bool(item.get("context") or item.get("bare"))


def headed(scan: Scan, token: Token) -> Token | None:
    """The item of the heading, where a paragraph begins with a figure (`（二）公务接待费`, `2023年预算安排4万元`)."""
    if scan.heading is None or scan.scene.first is not None or scan.scene.spoken is not None:
        return None
    opening = _OPENING.match(scan.folded.text)
    if opening is None or not scan.passage.between(opening.end(), token.start):
        return None
    return Token("item", token.start, token.start, token.match, scan.heading.item, "")


def one_side(scan: Scan, token: Token) -> Key | None:
    """`收入增加…，支出增加…` behind a comparison: the total of that side, as it was said before."""
    match = scan.words.sides.search(scan.folded.text[: token.start], scan.last_end)
    return scan.totals.get(match.lastgroup or "") if match is not None else None


def both(scan: Scan, token: Token) -> tuple[Key, ...]:
    """`收入总计…，支出总计…，较上年各增加…`: the other total that a change speaks of as well."""
    subject, listed = scan.scene.subject, [key for key, _ in scan.scene.listed]
    if scan.folded.text[token.start - 1] not in "各均" or len(listed) != 2 or subject not in listed:
        return ()
    return tuple(key for key in listed if key != subject and key[0] in ("revenue", "expenditure"))


def of_class(scan: Scan, token: Token) -> Token:
    """`行政运行（项）100万元，其中：基本支出80万元`: the basic expenditure of that class, not of the whole body."""
    code = str((token.item or {}).get("item_code"))
    subject = scan.scene.subject[0] if scan.scene.subject else ""
    if (
        scan.named is None
        or not subject.startswith(FUNCTION)
        or code not in ("expenditure.basic", "expenditure.project")
    ):
        return token
    if scan.scene.first is None and scan.words.parts.search(scan.folded.text[: token.start]) is None:
        return token
    return token._replace(item={"item_code": f"{FUNCTION}/{code.rpartition('.')[2]}"})


def unsaid(scan: Scan) -> Pending | None:
    """The class that a paragraph names and says no figure of."""
    token, named = scan.class_token, scan.named
    if named is None or token is None or any(line.named is named for line in scan.said.lines[-3:]):
        return None
    return Pending(named, scan.passage.label(token.start, token.end), scan.code_origin(named))
