"""SQL: the tables as SQLite creates them."""

from __future__ import annotations

from openbudget.standard.derive.sources import Declarations
from openbudget.standard.derive.table_schema import constraints_of

# Decimals are NUMERIC: whole yuan stay integers, and 15 significant digits come back as they went in. TEXT would keep
# every digit, but SQLite would then compare amounts as text ('9' > '1000'), and nobody would notice.
_TYPES = {
    "string": "TEXT",
    "number": "NUMERIC",
    "integer": "INTEGER",
    "boolean": "INTEGER",
    "year": "INTEGER",
    "date": "TEXT",
}


def create_table(declared: Declarations, table: str) -> str:
    """`CREATE TABLE` of one table, with keys and the codes of closed lists; titles stand in comments."""
    spec = declared.tables[table]
    lines = [_column(declared, table, name) for name in spec["fields"]]
    lines.append(f"  PRIMARY KEY ({_names(spec['primary_key'])})")
    for key in spec["foreign_keys"]:
        target = f"{_quoted(key['table'])} ({_names(key['reference'])})"
        lines.append(f"  FOREIGN KEY ({_names(key['fields'])}) REFERENCES {target} DEFERRABLE INITIALLY DEFERRED")
    body = "\n".join(_with_comma(line, last=number == len(lines)) for number, line in enumerate(lines, 1))
    return f"-- {spec['title']['zh']} ({spec['title']['en']})\nCREATE TABLE {_quoted(table)} (\n{body}\n);\n"


def create_all(declared: Declarations) -> str:
    """`CREATE TABLE` of every table, those first that others point to."""
    return "\n".join(create_table(declared, table) for table in declared.tables)


def _column(declared: Declarations, table: str, name: str) -> str:
    entry, constraints = declared.field(table, name), constraints_of(declared, table, name)
    line = f"  {_quoted(name)} {_TYPES[entry['type']]}"
    if constraints.get("required"):
        line += " NOT NULL"
    if entry["type"] == "boolean":
        line += f" CHECK ({_quoted(name)} IN (0, 1))"
    elif "enum" in constraints:
        codes = ", ".join("'" + code.replace("'", "''") + "'" for code in constraints["enum"])
        line += f" CHECK ({_quoted(name)} IN ({codes}))"
    return f"{line}\0-- {entry['title']['zh']}"


def _with_comma(line: str, last: bool) -> str:
    code, _, comment = line.partition("\0")
    return code + ("" if last else ",") + (f"  {comment}" if comment else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(names: list[str]) -> str:
    return ", ".join(map(_quoted, names))
