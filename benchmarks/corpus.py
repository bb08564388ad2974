"""Where recognition stands: every sample document, how much of it is recognised, what the checks find.

    python benchmarks/corpus.py [FOLDER_OR_FILE ...]

Without arguments: ../shared/samples and ../shared/seed where they are, the sources of the committed packages, and the
pages of the tests. Prints a Markdown table; what was not recognised is listed below it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from openbudget import checks, package, readers, recognise
from openbudget.errors import OpenBudgetError
from openbudget.model.disclosure import Disclosure
from openbudget.model.document import Cell, Document
from openbudget.model.finding import Severity

ROOT = Path(__file__).parents[1]
DEFAULT = (
    ROOT.parent / "shared" / "samples",
    ROOT.parent / "shared" / "seed",
    ROOT / "datapackages",
    ROOT / "tests" / "recognise",
)
KINDS = {
    ".pdf",
    ".docx",
    ".doc",
    ".wps",
    ".html",
    ".htm",
    ".mht",
    ".xlsx",
    ".xls",
    ".et",
    ".ods",
    ".odt",
    ".rtf",
    ".ofd",
    ".txt",
}
HEAD = (
    "document",
    "s",
    "lines",
    "in tables",
    "in text",
    "unrecognised",
    "figures",
    "not placed",
    "lines of budget",
    "errors",
    "warnings",
    "notes",
)


def files(places: list[Path]) -> Iterator[Path]:
    """The documents in the places, in order."""
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in inside if path.is_file() and path.suffix.lower() in KINDS)


def figures(document: Document) -> int:
    """The number of cells that hold a digit: what recognition is about."""
    return sum(
        1 for piece in document.pieces() if isinstance(piece, Cell) and any(char.isdigit() for char in piece.text)
    )


def row(path: Path) -> tuple[list[str], Disclosure | None]:
    """The line of one document, and its disclosure where it is one."""
    begin = time.perf_counter()
    try:
        document = readers.read_path(path)
        disclosure = recognise.recognise([document])
    except OpenBudgetError as error:
        return [path.name, f"{time.perf_counter() - begin:.1f}", error.text("en")], None
    tables = package.tables_of(disclosure)
    findings, _ = checks.run(tables, disclosure.facts)
    coverage = disclosure.coverage
    count = {level: sum(1 for finding in findings if finding.severity is level) for level in Severity}
    numbers = [
        coverage.total, coverage.in_tables, coverage.in_sections, coverage.unrecognised, figures(document),
        sum(1 for item in disclosure.unrecognised if any(char.isdigit() for char in item.text)),
        len(tables.get("budget_lines", ())), *(count[level] for level in (Severity.ERROR, Severity.WARNING, Severity.NOTE)),
    ]  # fmt: skip
    return [path.name, f"{time.perf_counter() - begin:.1f}", *map(str, numbers)], disclosure


def main(arguments: list[str]) -> int:
    """Prints the page."""
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---|" * len(HEAD))
    left: list[str] = []
    for path in files([Path(argument) for argument in arguments] or [place for place in DEFAULT if place.exists()]):
        cells, disclosure = row(path)
        print("| " + " | ".join(cells) + " |", flush=True)
        if disclosure is None:
            left.append(f"- {path.name}: {cells[-1]}")
        else:
            left += [
                f"- {path.name} {item.place.fragment}: {item.text[:60]!r} ({item.reason})"
                for item in disclosure.unrecognised
            ]
    print("\n" + ("\n".join(left) if left else "Everything is recognised."))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
