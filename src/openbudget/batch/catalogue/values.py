"""Do the values of a catalogue keep to the standard: what is required is there, codes are of their lists, numbers and
texts within what their fields allow. One pass over each table, all fields at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import LEFT_OUT
from openbudget.batch.database import ask
from openbudget.standard import Field

Fault = tuple[str, dict[str, object]]


def value_faults(connection: Any) -> Iterator[Fault]:
    """What is wrong, by table, field and constraint, with the number of rows and one of the packages."""
    for table, spec in standard.tables().items():
        tests = [(field, name, test) for field in spec.fields for name, test in _tests(field)]
        if table in LEFT_OUT or not tests:
            continue
        counted = ", ".join(f"count(*) FILTER ({test}), min(package) FILTER ({test})" for _, _, test in tests)
        (found,) = ask(connection, f"SELECT {counted} FROM {table}").rows
        for (field, name, _), count, example in zip(tests, found[::2], found[1::2], strict=True):
            if count:
                yield (
                    "batch.catalogue_value",
                    {"table": table, "field": field.name, "constraint": name, "count": count, "example": example},
                )


def _tests(field: Field) -> Iterator[tuple[str, str]]:
    """Name of a constraint and the SQL that is true where it is broken."""
    name, text = f'"{field.name}"', f'CAST("{field.name}" AS VARCHAR)'
    if field.required:
        yield "required", f"{name} IS NULL"
    for rule, stated in field.constraints.items():
        if rule == "pattern":
            yield rule, f"NOT regexp_full_match({text}, {_quoted(stated)}, 's')"
        elif rule == "enum":
            yield rule, f"{text} NOT IN ({', '.join(_quoted(str(one)) for one in stated)})"
        elif rule in ("minLength", "maxLength"):
            yield rule, f"length({text}) {'<' if rule == 'minLength' else '>'} {int(stated)}"
        elif rule in ("minimum", "maximum") and field.type in ("integer", "number", "year"):
            yield rule, f"{name} {'<' if rule == 'minimum' else '>'} {stated}"
    for value, codelist in (field.codelists or {}).items():
        if standard.codelists()[codelist].closed:
            held = f" AND {_by(field)} = {_quoted(value)}" if field.codelist_by else ""
            codes = ", ".join(_quoted(code) for code in standard.codelist(codelist))
            yield codelist, f"{text} NOT IN ({codes}){held}"


def _by(field: Field) -> str:
    return f'CAST("{field.codelist_by}" AS VARCHAR)'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
