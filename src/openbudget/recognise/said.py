"""What sentences say, as values: figures of items, and changes of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from openbudget.model.amount import Figure
from openbudget.model.disclosure import Origin
from openbudget.model.place import TextPlace, split_chars
from openbudget.recognise.functions import Named
from openbudget.recognise.sections import Text

if TYPE_CHECKING:
    from openbudget.recognise.shares import Share


class Line(NamedTuple):
    """A figure said in a sentence: the item (with its fund), the label as printed, the money."""

    item_code: str
    fund_source: str | None
    label: Origin
    figure: Figure
    unit: str
    origin: Origin
    unit_origin: Origin
    stage: str | None = None
    names: tuple[str, ...] = ()  # of a functional class: 类, 款, 项; or its code and its name
    named: Named | None = None
    code: Origin | None = None  # of a functional class: its code, as printed
    share: Share | None = None


class Earlier(NamedTuple):
    """What an item was in an earlier year, said in so many words: `2023年执行数为60.13万元`."""

    year: int
    stage: str | None
    figure: Figure
    unit: str
    origin: Origin
    words: Origin


@dataclass(slots=True)
class Change:
    """A change said in a sentence; `percent` and `reason` may come later in it."""

    item_code: str
    fund_source: str | None
    direction: str
    direction_origin: Origin
    roughly: bool = False  # 基本持平: the change is small, not none
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
    earlier: Earlier | None = None
    also: tuple[tuple[str, str | None], ...] = ()  # other items (and their funds) that changed by as much
    against: bool = False  # the rate is said the other way (`减少10万元，增长3%`): the source contradicts itself

    def again(self, direction: str) -> bool:
        """True where a direction right behind the amount says the same change again, as a rate (`增加5万元，增长3%`,
        `减少5万元，下降（增长）3%`)."""
        if self.figure is None or direction in (self.direction, "undecided"):
            return self.figure is not None
        self.against = self.percent is None and {direction, self.direction} == {"increase", "decrease"}
        return self.against


class Said:
    """All that the sentences say."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.changes: list[Change] = []


def said_in(origin: Origin, text: Text) -> bool:
    """True where what `origin` has was printed in this paragraph."""
    place = origin.place
    if isinstance(place, TextPlace):
        offset = getattr(text.place, "offset", 0)
        return bool(offset <= place.offset < offset + len(text.printed))
    return split_chars(place.fragment)[0] == split_chars(text.place.fragment)[0]
