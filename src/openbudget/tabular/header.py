"""Which column of the file is which field: `fieldsMatch` of Table Schema, and the faults of a header."""

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.tabular.faults import Fault
from openbudget.tabular.schema import Schema

MISSING, EXTRA, ORDER, LABEL = "STR-013", "STR-014", "STR-015", "STR-016"


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
    place if that has no column of its own: its label is a fault, but its cells are checked all the same.
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


def _needed(schema: Schema, index: int, places: Sequence[int | None]) -> bool:
    if schema.match in ("exact", "equal", "subset"):
        return True
    if schema.match == "partial" and all(place is None for place in places):
        return True
    field = schema.fields[index]
    return field.name in schema.primary_key or field.constraints.get("required") is True


def _folded(label: str, case: bool) -> str:
    return label if case else label.casefold()
