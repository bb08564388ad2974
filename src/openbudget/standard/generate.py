"""`python -m openbudget.standard.generate [--check]`: the derived files of the standard.

The YAML of schema/ and schema/codelists are written by people; everything in schema/derived and schema/templates,
schema/disclosure.schema.json and docs/reference (tables, codelists, checks) follow from them. With `--check` nothing
is written; what differs is named and the exit code is 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openbudget.standard.derive import pages, profiles, runtime, sql
from openbudget.standard.derive.disclosure_schema import disclosure_schema
from openbudget.standard.derive.same_goods import EDITIONS, same_goods
from openbudget.standard.derive.sources import DeclarationError, Declarations, load
from openbudget.standard.derive.table_schema import table_schema

COMMAND = "python -m openbudget.standard.generate"
GENERATED = ("schema/derived", "schema/templates")  # folders that hold nothing but derived files


def derived(declared: Declarations) -> dict[str, str]:
    """Path from the root of the project → text, for every derived file."""
    descriptor = json.loads((declared.root / "datapackage.schema.json").read_bytes())
    files = {
        "schema/derived/standard.json": compact(runtime.standard(declared)),
        "schema/derived/check_examples.json": compact(runtime.check_examples(declared)),
        "schema/derived/sqlite.sql": sql.create_all(declared),
        "schema/derived/same_goods.csv": same_goods(*(declared.codes(edition) for edition in EDITIONS)),
        "schema/disclosure.schema.json": indented(disclosure_schema(declared, descriptor)),
    }
    for version in profiles.VERSIONS:
        files[f"schema/derived/profiles/datapackage-{version}.json"] = compact(profiles.profile(declared.root, version))
    for name, spec in declared.tables.items():
        files[f"schema/derived/tables/{name}.schema.json"] = indented(table_schema(declared, name))
        files[f"schema/templates/{name}.csv"] = ",".join(spec["fields"]) + "\n"
    return files | {f"docs/reference/{name}.md": text for name, text in pages.pages(declared).items()}


def stale(project: Path, wanted: Mapping[str, str]) -> list[str]:
    """The derived files that are not as they should be: different, missing, or no longer derived."""
    there = {
        path.relative_to(project).as_posix()
        for folder in GENERATED
        for path in (project / folder).rglob("*")
        if path.is_file()
    }
    differing = [path for path, text in wanted.items() if _text(project / path) != text]
    return sorted({*differing, *(there - set(wanted))})


def compact(value: Any) -> str:
    """JSON for programs: one entry a line at the second level, so that a change shows as a line."""
    lines = []
    for key, part in value.items():
        if isinstance(part, dict) and part:
            inner = ",\n".join(f"{_line(name)}: {_line(entry)}" for name, entry in part.items())
            lines.append(f"{_line(key)}: {{\n{inner}\n}}")
        elif isinstance(part, list) and part:
            inner = ",\n".join(_line(entry) for entry in part)
            lines.append(f"{_line(key)}: [\n{inner}\n]")
        else:
            lines.append(f"{_line(key)}: {_line(part)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def indented(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the derived files, or with `--check` compare them. 0 done or equal, 1 not equal, 2 a fault in the YAML."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in ([], ["--check"]):
        print(f"usage: {COMMAND} [--check]", file=sys.stderr)
        return 2
    project = Path(__file__).resolve().parents[3]
    if not (project / "schema" / "fields.yaml").is_file():
        print(
            "schema/ is not here: generate from a checkout of the project, not from an installed wheel", file=sys.stderr
        )
        return 2
    try:
        wanted = derived(load(project / "schema"))
    except DeclarationError as error:
        print(f"schema/{error}", file=sys.stderr)
        return 2
    differing = stale(project, wanted)
    for path in differing:
        print(path)
    if given and differing:
        print(f"These files are not what schema/ gives. Run: {COMMAND}", file=sys.stderr)
        return 1
    for path in differing:
        if path not in wanted:
            (project / path).unlink()
            continue
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(wanted[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
