"""Compiles `layouts/*.yaml` to `layouts/layouts.json`: `python -m openbudget.layouts.compile [--check]`.

Parsing YAML costs more than a whole `openbudget validate`; so the tool reads JSON. A user's own folder of layouts
(`--layouts DIR`) is read as YAML.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COMPILED = HERE / "layouts.json"
PARTS = ("codes", "counts", "facts", "forms", "headings", "markers", "sentences", "statements", "tables", "targets")


class LayoutError(ValueError):
    """A layout file that is not as the meta-schema says; `file` names it."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(reason)
        self.file = file


def read_folder(folder: Path) -> dict[str, Any]:
    """All `*.yaml` of a folder, checked against schema/meta/layout.schema.json and merged in order of file name."""
    from openbudget.standard.written import read_yaml

    merged: dict[str, Any] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise LayoutError(folder, "no *.yaml file in this folder")
    for path in paths:
        try:
            data = read_yaml(path)
        except ValueError as error:
            raise LayoutError(path, str(error)) from error
        _check(path, data)
        merged = merge(merged, data)
    return merged


def _check(path: Path, data: object) -> None:
    import jsonschema

    from openbudget.standard import root

    schema = json.loads((root() / "meta" / "layout.schema.json").read_text(encoding="utf-8"))
    errors = sorted(jsonschema.Draft7Validator(schema).iter_errors(data), key=lambda error: list(map(str, error.path)))
    if errors:
        first = errors[0]
        raise LayoutError(path, f"{'/'.join(map(str, first.path)) or 'top'}: {first.message}")
    for word in _texts(data):
        slashed = len(word) > 2 and word.startswith("/") and word.endswith("/")
        try:
            re.compile(word[1:-1] if slashed else word if "(?" in word else "")
        except re.error as error:
            raise LayoutError(path, f"{word}: {error}") from error


def _texts(data: object) -> Iterator[str]:
    """All texts of a layout, which may be expressions."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list):
        for one in data.values() if isinstance(data, Mapping) else data:
            yield from _texts(one)


def merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both together: lists one after the other, mappings key by key; the first wins where both have a plain value."""
    merged = dict(first)
    for key, value in second.items():
        if key not in merged:
            merged[key] = value
        elif isinstance(value, list) and isinstance(merged[key], list):
            merged[key] = [*merged[key], *value]
        elif isinstance(value, dict) and isinstance(merged[key], dict):
            merged[key] = merge(merged[key], value)
    return merged


def compiled() -> str:
    """What layouts.json must hold."""
    data = read_folder(HERE)
    return json.dumps({part: data[part] for part in PARTS if part in data}, ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Writes layouts.json, or with `--check` says whether it is as it must be."""
    text = compiled()
    if "--check" in arguments:
        same = COMPILED.exists() and COMPILED.read_text(encoding="utf-8") == text
        if not same:
            print("layouts.json is not what the YAML says: run python -m openbudget.layouts.compile", file=sys.stderr)
        return 0 if same else 1
    COMPILED.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
