"""Files stay small enough to be read at one sitting, functions small enough to be seen at a glance."""

from __future__ import annotations

import ast
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60


def _sources(root: Path) -> list[Path]:
    return sorted((root / "src").rglob("*.py"))


def test_files_have_at_most_400_lines(root: Path) -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _sources(root)}
    long = {str(path.relative_to(root)): size for path, size in sizes.items() if size > FILE_LINES}
    assert not long, f"divide these: {long}"


def test_functions_have_at_most_60_lines(root: Path) -> None:
    long = []
    for path in _sources(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{path.relative_to(root)}:{node.lineno} {node.name} ({lines} lines)")
    assert not long, long


def test_no_module_is_named_for_nothing(root: Path) -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert not [str(path) for path in _sources(root) if path.stem.strip("_") in vague]


def test_every_module_says_what_it_is_for(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in _sources(root)
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, f"no docstring: {silent}"
