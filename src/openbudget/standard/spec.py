"""The values the standard is made of: fields, tables, code lists and their entries."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One code of a code list. Blank columns are "". `valid_from` and `valid_to` are the first and the last fiscal
    year in which the code has this title (None: no bound is known)."""

    code: str
    title_zh: str
    title_en: str
    parent: str
    valid_from: int | None
    valid_to: int | None
    description: str

    def title(self, language: str) -> str:
        """The title in `zh` or `en`; Chinese where there is no English one."""
        return (self.title_en if language == "en" else "") or self.title_zh

    def valid_in(self, year: int) -> bool:
        """Whether the code has this title in that fiscal year."""
        return (self.valid_from is None or self.valid_from <= year) and (self.valid_to is None or year <= self.valid_to)


class CodelistSpec(NamedTuple):
    """What schema/codelists/codelists.yaml says of one list. `closed`: a value that is not listed is an error.

    `pattern` (open lists) is the form of a well-formed code; `complete` is false where a code that is missing from
    the list may yet be right; `parents` names the list that the column Parent points into."""

    name: str
    title: Mapping[str, str]
    closed: bool
    edition: str
    complete: bool
    source: Mapping[str, str]
    pattern: str | None = None
    parents: str | None = None
    licence: Mapping[str, str] | None = None


class Field(NamedTuple):
    """A field of a table, as the dictionary schema/fields.yaml has it.

    `key` is its entry there (`amount`, or `assets.value` where one table means something else by the word). `type`
    and `constraints` are those of Table Schema; `required` is the table's. `unit` is that of the value (`yuan`,
    `percent`); `twin` the field with the figure as printed. `codelists` maps a value of the field `codelist_by` to
    the list that then holds; with the one key "" the list always holds."""

    key: str
    name: str
    type: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    constraints: Mapping[str, Any]
    required: bool = False
    unit: str | None = None
    twin: str | None = None
    codelists: Mapping[str, str] | None = None
    codelist_by: str | None = None
    equivalents: Mapping[str, str] | None = None

    def codelist_for(self, row: Mapping[str, Any]) -> str | None:
        """The name of the code list that holds for this field in `row`; None where none does."""
        if self.codelists is None:
            return None
        if self.codelist_by is None:
            return self.codelists[""]
        return self.codelists.get(str(row.get(self.codelist_by) or ""))


class ForeignKey(NamedTuple):
    """`fields` of a table point to `reference` of `table` (which may be the same table)."""

    fields: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


class TableSpec(NamedTuple):
    """A table: its fields in the order of the CSV columns, its keys, its titles."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields, in the order of the CSV columns."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field `name`; KeyError where the table has none of that name."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")
