"""What a disclosure is made of, as its outline has it: sections, and the texts and tables that stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from openbudget.model.document import Table
from openbudget.model.place import Locator


class Text(NamedTuple):
    """A paragraph of prose in its section."""

    file: str
    printed: str
    place: Locator


class Grid(NamedTuple):
    """A table in its section, with the texts that stand before it since the last heading or table (captions and
    unit lines, nearest last); `shared` is the one line far above that states the unit of all tables."""

    file: str
    table: Table
    before: tuple[Text, ...]
    after: tuple[Text, ...] = ()
    shared: Text | None = None


@dataclass(slots=True)
class Section:
    """A heading and what stands under it, up to the next heading. `code` says what it is about (a code of
    headings.yaml, or None); `codes` are its own and those of the sections around it, innermost first."""

    id: str
    parent: Section | None
    level: int
    number: str | None
    title: str | None
    code: str | None
    file: str
    place: Locator | None
    printed: str = ""
    blocks: list[Text | Grid] = field(default_factory=list)

    @property
    def codes(self) -> tuple[str, ...]:
        own = (self.code,) if self.code else ()
        return own + (self.parent.codes if self.parent else ())

    @property
    def texts(self) -> list[Text]:
        return [block for block in self.blocks if isinstance(block, Text)]
