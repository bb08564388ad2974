"""Nothing in the repository speaks of one machine, one registry, or one document."""

from __future__ import annotations

import re
from pathlib import Path

from tests.project.conftest import ROOT

BINARY = {".pdf", ".docx", ".doc", ".xlsx", ".xls", ".png", ".ofd", ".ods", ".odt", ".zip", ".woff2", ".sqlite", ".gz"}
# spelled in pieces, so that this file does not match itself
MACHINE = re.compile(r"(?<![\w./-])/(?:" + "|".join(["home", "root", "work", "farm", "Users"]) + r")/[a-zA-Z]")
REGISTRY = re.compile(
    r"https?://[^\s\"'<>]*/(?:simple|packages)/|index-url\s*[= ]|\"resolved\":\s*\"http|pypi[.]org|files[.]pythonhosted"
)


def _texts(files: tuple[Path, ...]) -> list[tuple[str, str]]:
    texts = []
    for path in files:
        if path.suffix.lower() in BINARY or "assets/vendor" in path.as_posix():
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            texts.append((str(path.relative_to(ROOT)), content.decode("utf-8", errors="replace")))
    return texts


def test_no_path_of_a_machine(files: tuple[Path, ...]) -> None:
    found = [(name, match[0]) for name, text in _texts(files) if (match := MACHINE.search(text))]
    assert not found


def test_no_host_of_a_package_registry(files: tuple[Path, ...]) -> None:
    found = [(name, match[0]) for name, text in _texts(files) if (match := REGISTRY.search(text))]
    assert not found


def test_the_program_knows_no_single_document(root: Path) -> None:
    """How issuers print things is in layouts; no name of an issuer of the samples is in any code."""
    names = ("馆陶", "guantao", "万里街道", "普陀区委", "上海市财政局")
    found = [
        f"{path.relative_to(root)}: {name}"
        for path in (root / "src").rglob("*")
        if path.suffix in {".py", ".yaml"} and path.is_file()
        for name in names
        if name in path.read_text(encoding="utf-8").lower()
    ]
    assert not found


def test_no_document_lies_beside_the_project(files: tuple[Path, ...]) -> None:
    assert not [path.name for path in files if path.parent == ROOT and path.suffix.lower() in BINARY]


def test_no_large_files(files: tuple[Path, ...]) -> None:
    large = {str(path.relative_to(ROOT)): path.stat().st_size for path in files if path.stat().st_size > 3_000_000}
    assert not large
