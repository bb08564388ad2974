"""What the readers of performance goals share."""

from collections.abc import Mapping
from typing import NamedTuple

from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.facts import Facts
from openbudget.recognise.facts import Given
from openbudget.recognise.layout import Layouts
from openbudget.recognise.rows import Fields, Read, Rows
from openbudget.recognise.targets import Target

SCOPES = {
    "goals_department": "department",
    "goals_activity": "activity",
    "goals_special": "special_fund",
    "goals_project": "project",
}


class Goal:
    """A goal while its form is read."""

    def __init__(self) -> None:
        self.fields: Fields = {}
        self.scope = "project"
        self.number: str | None = None
        self.title = Read(None)
        self.row_id: str | None = None
        self.indicators = 0


class Context(NamedTuple):
    """What the readers of this room need."""

    facts: Facts
    organization: str
    given: Given
    layouts: Layouts
    rows: Rows


def target_fields(target: Target, printed: str, origin: Origin) -> Fields:
    """The fields of a target."""
    return {
        "target_reported": Read(printed, origin),
        "target_type": Read(target.type, origin),
        "operator": Read(target.operator, origin if target.operator else None),
        "value": Read(target.value, origin if target.value is not None else None),
        "unit": Read(target.unit, origin if target.unit else None),
        "deadline": Read(target.deadline, origin if target.deadline else None),
    }


def is_indicator(cells: Mapping[str, Cell | None]) -> bool:
    """True where a row has a name of an indicator or a target; a note over the whole width is none. In a sheet, whose
    blank cells do not exist, a name beside a target is one, though the levels are printed in the row above."""
    there = [id(cell) for cell in cells.values() if cell is not None]
    alone = len(set(there)) == len(there) == 2 and None not in (cells.get("level_3"), cells.get("target"))
    return len(set(there)) > 2 or alone
