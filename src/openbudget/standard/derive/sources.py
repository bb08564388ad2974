"""The YAML of schema/ for the generator: read, held against its meta-schemas, and joined."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# the order in which tables are listed, in packages as in documentation
ORDER = (
    "organizations",
    "responsibilities",
    "budget_lines",
    "comparisons",
    "performance_goals",
    "performance_indicators",
    "procurement",
    "assets",
    "staff",
    "sections",
    "glossary",
    "sources",
    "diagnostics",
    "findings",
)


class DeclarationError(Exception):
    """A file of schema/ does not fit its meta-schema, or names something that does not exist. The text says which
    file, where in it, and what is wrong."""


@dataclass(frozen=True)
class Declarations:
    """All that people wrote in schema/: `checks` are the files of schema/checks by name."""

    root: Path
    version: str
    fields: Mapping[str, Any]
    tables: Mapping[str, Any]
    codelists: Mapping[str, Any]
    checks: Mapping[str, Any]

    def key(self, table: str, field: str) -> str:
        """The entry of the dictionary that a field of a table uses."""
        own = f"{table}.{field}"
        key = own if own in self.fields else field
        if key not in self.fields:
            raise DeclarationError(f"tables/{table}.yaml: field {field!r} is not in fields.yaml")
        return key

    def field(self, table: str, field: str) -> dict[str, Any]:
        """The dictionary's entry with the constraints that the table adds."""
        entry = dict(self.fields[self.key(table, field)])
        added = self.tables[table].get("constraints", {}).get(field, {})
        entry["constraints"] = {**entry.get("constraints", {}), **added}
        return entry

    def codes(self, codelist: str) -> list[dict[str, str]]:
        """The rows of a code list."""
        with open(self.root / "codelists" / f"{codelist}.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def load(root: Path) -> Declarations:
    """Everything declared in the folder of the standard; DeclarationError where a file is not as it must be."""
    tables = {path.stem: _read(root, path, "tables") for path in sorted((root / "tables").glob("*.yaml"))}
    unlisted = sorted(set(tables) - set(ORDER))
    declarations = Declarations(
        root=root,
        version=(root / "VERSION").read_text(encoding="ascii").strip(),
        fields=_read(root, root / "fields.yaml", "fields"),
        tables={name: tables[name] for name in (*ORDER, *unlisted) if name in tables},
        codelists=_read(root, root / "codelists" / "codelists.yaml", "codelists"),
        checks={path.stem: _read(root, path, "checks") for path in sorted((root / "checks").glob("*.yaml"))},
    )
    _agree(declarations)
    return declarations


def _read(root: Path, path: Path, meta: str) -> Any:
    import yaml
    from jsonschema import Draft202012Validator

    name = path.relative_to(root).as_posix()
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())
    except yaml.YAMLError as error:
        raise DeclarationError(f"{name}: {error}") from error
    schema = json.loads((root / "meta" / f"{meta}.schema.json").read_bytes())
    faults = sorted(Draft202012Validator(schema).iter_errors(loaded), key=lambda error: list(map(str, error.path)))
    if faults:
        where = "/".join(map(str, faults[0].absolute_path)) or "(whole file)"
        raise DeclarationError(f"{name}: {where}: {faults[0].message}")
    return loaded


def _loader() -> Any:
    """A safe loader for which a key that stands twice is an error (YAML's own keeps the last one silently)."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc,valid-type]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[Any] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return Loader


def _agree(declared: Declarations) -> None:
    """That the files agree with each other: names of fields, tables, code lists; DeclarationError where not."""
    for name, table in declared.tables.items():
        if table["name"] != name:
            raise DeclarationError(f"tables/{name}.yaml: name is {table['name']!r}, not {name!r}")
        for field in table["fields"]:
            declared.key(name, field)
        for part in ("required", "primary_key", "constraints"):
            for field in table.get(part, ()):
                if field not in table["fields"]:
                    raise DeclarationError(f"tables/{name}.yaml: {part}: {field!r} is not among its fields")
        for key in table["foreign_keys"]:
            target = declared.tables.get(key["table"])
            if target is None or key["reference"] != target["primary_key"]:
                raise DeclarationError(f"tables/{name}.yaml: foreign key to {key['table']}: not its primary key")
    for key, entry in declared.fields.items():
        for codelist in lists_of(entry).values():
            if codelist not in declared.codelists:
                raise DeclarationError(f"fields.yaml: {key}: code list {codelist!r} is not in codelists.yaml")


def lists_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The code lists of a field: by the value of the field `by`, or under "" where one always holds."""
    declared = entry.get("codelist")
    if declared is None:
        return {}
    if isinstance(declared, str):
        return {"": declared}
    return {value: name for value, name in declared.items() if value != "by"}
