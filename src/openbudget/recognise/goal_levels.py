"""Which levels of the indicators are open while labelled lines are read (`产出指标：`, then `数量指标：…`)."""

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.recognise.labels import Label
from openbudget.recognise.layout import Layouts
from openbudget.recognise.records import code_of
from openbudget.recognise.rows import Fields, Read, text_origin
from openbudget.recognise.sections import Text


class Level(NamedTuple):
    """A level as printed, and its code; None for a name of the issuer's own."""

    code: str | None
    read: Read


class Levels:
    """The levels that are open. A level that no label printed stays blank, though its code list would name it."""

    def __init__(self) -> None:
        self.first: Level | None = None
        self.second: Level | None = None
        self.bare = False  # the labels that came last said nothing themselves

    def open(self, text: Text, labels: Sequence[Label], following: Sequence[str | None], layouts: Layouts) -> None:
        """These labels stand one inside the other; `following` are the codes of second levels of the next line, where
        these say nothing themselves."""
        inside: str | None = None
        for at, label in enumerate(labels):
            printed = text.printed[label.start : label.end]
            read = Read(printed, text_origin(text, label.start, label.end))
            first = code_of("indicator_level_1", printed, layouts)
            second = code_of("indicator_level_2", printed, layouts)
            behind = [
                code_of("indicator_level_2", text.printed[one.start : one.end], layouts) for one in labels[at + 1 :]
            ]
            if first is not None and (second is None or not self._is_second(second, inside, behind or following)):
                self.first, self.second, inside = Level(first, read), None, first
            else:
                if second is not None and self.first is not None and self.first.code != _parent(second):
                    self.first = None
                self.second = Level(second, read)

    def _is_second(self, code: str, inside: str | None, following: Sequence[str | None]) -> bool:
        """Whether words of both levels (`成本指标`, `满意度指标`) are the second: where the first that it belongs to is
        open, or, without any, another second level of it; not where its own second levels follow."""
        parent = _parent(code)
        if any(below is not None and below != code and _parent(below) == code for below in following):
            return False
        if inside is not None:
            return inside == parent
        if self.first is not None:
            return self.first.code == parent and (self.bare or self.second is not None)
        return self.second is not None and self.second.code is not None and _parent(self.second.code) == parent

    @property
    def coded(self) -> bool:
        """True where a level that is open is one of the code lists."""
        return any(level is not None and level.code is not None for level in (self.first, self.second))

    def fields(self) -> Fields:
        found: Fields = {}
        for name, level in (("level_1", self.first), ("level_2", self.second)):
            if level is not None:
                found |= {name: level.read, f"{name}_code": Read(level.code, level.read.origin)}
        return found


def _parent(code: str) -> str | None:
    from openbudget.standard import codelist

    kinds = codelist("indicator_level_2")
    return kinds[code].parent if code in kinds else None
