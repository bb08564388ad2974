"""What the database is made of: one table for each of the standard, of all packages together, with keys and indexes;
the packages, the code lists, the search, and views for people.

Types come from the standard and are never guessed, so codes stay text. Rows are told apart by `package` and their own
key. Checks of values are left out: a package that is published with its faults is shown with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from openbudget import standard
from openbudget.publish._sqlite.views import views

# NUMERIC and not TEXT for money, so that 9 is less than 1000 (see standard/derive/sql.py)
_TYPES = {"number": "NUMERIC", "integer": "INTEGER", "boolean": "INTEGER", "year": "INTEGER"}
# columns that people filter by
_INDEXED = frozenset(
    {"item_code", "function_code", "economic_code", "catalogue_code", "organization_id", "rule", "goal_id"}
)

PACKAGES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE packages (
  name TEXT PRIMARY KEY, title_zh TEXT NOT NULL, title_en TEXT, agency TEXT NOT NULL, agency_code TEXT,
  region_code TEXT NOT NULL, region_name TEXT, province TEXT, year INTEGER NOT NULL, kind TEXT NOT NULL,
  licence TEXT, findings_error INTEGER, findings_warning INTEGER, published TEXT NOT NULL, withdrawn TEXT
);
CREATE INDEX packages_by_place ON packages (region_code, year);
CREATE INDEX packages_by_agency ON packages (agency, year);
CREATE TABLE changes (
  package TEXT NOT NULL REFERENCES packages (name), number INTEGER NOT NULL, date TEXT NOT NULL, what TEXT NOT NULL,
  reason TEXT, PRIMARY KEY (package, number)
);
CREATE TABLE codes (
  list TEXT NOT NULL, code TEXT NOT NULL, title_zh TEXT NOT NULL, title_en TEXT, parent TEXT, PRIMARY KEY (list, code)
) WITHOUT ROWID;
CREATE TABLE _published (
  package TEXT PRIMARY KEY REFERENCES packages (name), fingerprint TEXT NOT NULL, hashes TEXT NOT NULL,
  first_text INTEGER NOT NULL, last_text INTEGER NOT NULL
);
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, package TEXT NOT NULL REFERENCES packages (name), "table" TEXT NOT NULL, row_id TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE VIRTUAL TABLE search USING fts5 (text, content='texts', content_rowid='id', tokenize='trigram');
"""


def statements() -> Iterator[str]:
    """Everything that makes an empty database, in order."""
    yield PACKAGES
    for name in standard.tables():
        yield _table(name)
    yield from views()


def digest() -> str:
    """Identifies the layout: a database of another layout cannot be continued."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()[:16]


def _table(name: str) -> str:
    spec = standard.tables()[name]
    lines = ['  "package" TEXT NOT NULL REFERENCES packages (name)']
    for field in spec.fields:
        needed = " NOT NULL" if field.name in spec.primary_key else ""
        lines.append(f'  "{field.name}" {_TYPES.get(field.type, "TEXT")}{needed}')
    lines.append(f"  PRIMARY KEY ({_names(('package', *spec.primary_key))})")
    for key in spec.foreign_keys:
        target = f'"{key.table}" ({_names(("package", *key.reference))})'
        lines.append(f"  FOREIGN KEY ({_names(('package', *key.fields))}) REFERENCES {target}")
    made = f'CREATE TABLE "{name}" (\n' + ",\n".join(lines) + "\n);"
    for field in spec.fields:
        if field.name in _INDEXED:
            made += f'\nCREATE INDEX "{name}_by_{field.name}" ON "{name}" ("{field.name}");'
    return made


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
