"""outcomes.csv: what became of each document, for people; the same bytes for the same outcomes. It begins with a
byte order mark, without which Excel shows no Chinese."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from openbudget.batch.item import Outcome
from openbudget.errors import SYSTEM
from openbudget.messages import LANGUAGES, say
from openbudget.package.atomic import new_file, write_error
from openbudget.package.serialise import write_csv
from openbudget.report.table import harmless

FILE = "outcomes.csv"
COLUMNS = (
    "document", "outcome", "package", "agency", "errors", "warnings", "notes", "reason", "reason_zh", "reason_en",
    "sha256",
)  # fmt: skip


def write(out: Path, outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """Write outcomes.csv into `out`, whole or not at all; how many documents have each kind of outcome. WriteError
    where the disk refuses."""
    path = out / FILE
    kinds = Counter[str]()
    try:
        with new_file(path, alone=True) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            write_csv(text, [COLUMNS])
            write_csv(text, _rows(outcomes, kinds))
            text.detach()
    except OSError as error:
        raise write_error(path, error) from error
    return dict(kinds)


def _rows(outcomes: Mapping[str, Outcome], kinds: Counter[str]) -> Iterator[list[object]]:
    """A row for each document, in the order of keys; `kinds` counts them on the way, each being read from the disk."""
    for key in sorted(outcomes):
        one = outcomes[key]
        kinds[str(one.kind)] += 1
        yield _row(one)


def _row(one: Outcome) -> list[object]:
    counts = [one.counts.get(level, 0) if one.package else "" for level in ("error", "warning", "note")]
    said = ["", "", ""]
    if one.reason is not None:
        said = [one.reason.key, reason(one, "zh"), reason(one, "en")]
    named = [harmless(one.key), one.kind, one.package or "", harmless(one.agency or "")]
    return [*named, *counts, *said, one.content]


@cache
def _of_the_system() -> dict[str, str]:
    """What the system refuses with, in any language, and its message."""
    keys = [f"system.{name}" for name in SYSTEM]
    return {say(key, language): key for key in keys for language in LANGUAGES}


def _said(text: str, language: str | None) -> str:
    key = _of_the_system().get(text)
    return say(key, language) if key else text


def reason(one: Outcome, language: str | None = None) -> str:
    """Why a document was refused or crashed, as a sentence; the key where this version knows no such message."""
    if one.reason is None:
        return ""
    try:
        return say(one.reason.key, language, **{name: _said(text, language) for name, text in one.reason.args.items()})
    except (KeyError, IndexError):
        return one.reason.key
