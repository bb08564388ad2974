"""A file whose columns are kept apart by another character than its dialect says: told once, and read on with that."""

from openbudget.tabular.schema import SchemaFault
from openbudget.tabular.source import TableSource

_OTHERS = (";", "\t", "|", ",")
_HEAD = 1 << 16


def with_its_delimiter(source: TableSource) -> TableSource:
    """The table as its file is written. The delimiter is another one only where the header has no field's name as the
    dialect says, and most of them with the other one; this is a fault of the descriptor."""
    dialect = source.dialect
    names = {field.label or field.name for field in source.schema.fields}
    if dialect.header_rows != (1,) or dialect.comment_rows or len(names) < 2:
        return source
    line = _first_line(source)
    if any(label in names for label in _labels(line, dialect.delimiter)):
        return source
    for other in _OTHERS:
        if 2 * len(names.intersection(_labels(line, other))) > len(names):
            told = {"declared": _shown(dialect.delimiter), "found": _shown(other)}
            fault = SchemaFault("tabular.delimiter", told)
            return source._replace(
                dialect=dialect._replace(delimiter=other),
                schema=source.schema._replace(faults=(*source.schema.faults, fault)),
            )
    return source


def _first_line(source: TableSource) -> str:
    with source.opened() as stream:
        head = stream.read(_HEAD)
    try:
        text = head.decode(source.encoding or "utf-8", "replace")
    except LookupError:
        text = head.decode("utf-8", "replace")
    return text.removeprefix("\ufeff").partition("\n")[0].partition("\r")[0]


def _labels(line: str, delimiter: str) -> list[str]:
    return [label.strip('"') for label in line.split(delimiter)]


def _shown(delimiter: str) -> str:
    return "\\t" if delimiter == "\t" else delimiter
