"""Which column of the file is which field: `fieldsMatch` of Table Schema, and the faults of a header."""

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.tabular.faults import Fault
from openbudget.tabular.schema import Schema

MISSING, EXTRA, ORDER, LABEL = "STR-013", "STR-014", "STR-015", "STR-016"
NEARLY = "tabular.label_nearly"


class Layout(NamedTuple):
    """`places[i]` is the index of the field in column i of the file, or None; `faults` those of the header."""

    places: tuple[int | None, ...]
    faults: tuple[Fault, ...]

    def column_of(self, field: int) -> int | None:
        """The column of the file that holds a field; None where it has none."""
        return self.places.index(field) if field in self.places else None


def match_header(labels: Sequence[str] | None, schema: Schema, *, number: int = 1, case: bool = True) -> Layout:
    """Match the labels of a header (None: the file has none, columns stand in the schema's order) to the fields.

    Columns are matched by name. Under `exact`, a column whose label is no field's name stands for the field at its
    place if that has no column of its own: its label is a fault, but its cells are checked all the same. So is a label
    that is a field's name but for blanks and capitals.
    """
    fields = [field.label or field.name for field in schema.fields]
    if labels is None:
        return Layout(tuple(range(len(fields))), ())
    known: dict[str, list[int]] = {}
    for index, name in enumerate(fields):
        known.setdefault(_folded(name, case), []).append(index)
    places: list[int | None] = []
    faults: list[Fault] = []
    before: set[str] = set()
    for column, label in enumerate(labels):
        folded = _folded(label, case)
        waiting = known.get(folded)
        place = waiting.pop(0) if waiting else None
        if not label.strip() or (folded in before and place is None):
            faults.append(Fault(LABEL, number, number, column, label, label, ""))
        elif place is None and schema.match not in ("subset", "partial"):
            faults.append(Fault(EXTRA, number, number, column, label, label, ", ".join(fields)))
        places.append(place)
        before.add(folded)
    if schema.match != "partial":
        for column, index in _nearly(labels, places, fields):
            told = Fault(EXTRA, number, number, column, labels[column], labels[column], fields[index], key=NEARLY)
            faults = [*(fault for fault in faults if fault.place != column), told]
            places[column] = index
    absent = sorted(set(range(len(fields))).difference(places))
    faults.extend(
        Fault(MISSING, number, number, index, fields[index], None, fields[index])
        for index in absent
        if _needed(schema, index, places)
    )
    if schema.match == "exact":
        found = [place for place in places if place is not None]
        if found != sorted(found):
            faults.append(Fault(ORDER, number, number, -1, None, ", ".join(labels), ", ".join(fields)))
        for index in absent:
            if index < len(places) and places[index] is None:
                places[index] = index
    return Layout(tuple(places), tuple(faults))


def _nearly(labels: Sequence[str], places: Sequence[int | None], fields: Sequence[str]) -> list[tuple[int, int]]:
    """The columns whose labels differ from names of fields without a column in blanks and capitals only, with these."""
    taken = set(places)
    absent = {_plain(fields[index]): index for index in reversed(range(len(fields))) if index not in taken}
    found = ((column, absent.pop(_plain(labels[column]), None)) for column, place in enumerate(places) if place is None)
    return [(column, index) for column, index in found if index is not None]


def _plain(label: str) -> str:
    return "".join(label.split()).casefold()


def _needed(schema: Schema, index: int, places: Sequence[int | None]) -> bool:
    if schema.match in ("exact", "equal", "subset"):
        return True
    if schema.match == "partial" and all(place is None for place in places):
        return True
    field = schema.fields[index]
    return field.name in schema.primary_key or field.constraints.get("required") is True


def _folded(label: str, case: bool) -> str:
    return label if case else label.casefold()
