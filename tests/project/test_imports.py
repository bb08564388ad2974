"""The rooms and the doors between them (pyproject, tool.importlinter)."""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

LAZY = {
    "yaml": "the runtime reads JSON that is derived from the YAML",
    "jsonschema": "slow to import",
    "polars": "slow to import, optional",
    "pdfplumber": "slow to import",
    "pdfminer": "slow to import",
    "openpyxl": "slow to import",
    "lxml": "only where a document needs it",
    "numba": "slow to import, optional",
    "llvmlite": "optional",
    "numpy": "slow to import, optional",
    "duckdb": "slow to import, optional",
    "rapidocr": "optional",
}
NETWORK = {"socket", "urllib.request", "http.client", "requests", "ftplib", "smtplib", "ckanapi", "boto3"}


def test_import_contracts_hold(root: Path) -> None:
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    done = subprocess.run([str(program)], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def test_only_publish_reaches_the_network(root: Path) -> None:
    found = []
    for path in sorted((root / "src/openbudget").rglob("*.py")):
        if "publish" in path.parts or "batch" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found += [f"{path.relative_to(root)}: {name}" for name in _imports(node) if name in NETWORK]
    assert not found


HOT = [
    "openbudget.cli._program",
    "openbudget.cli.validate",
    "openbudget.pipeline",
    "openbudget.cli.pack",
    "openbudget.cli.inspect",
]


@pytest.mark.parametrize("module", HOT)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    program = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(LAZY)!r}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
