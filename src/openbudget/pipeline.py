"""Joins the steps: source files → Document → Disclosure → package → Report. No logic of its own.

Every function takes `tell(stage, **args)`, which is called before a stage of the work begins (`reading`,
`recognising`, `checking`, `writing`), so that a terminal can show where a long run is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openbudget.errors import OpenBudgetError, UsageError

if TYPE_CHECKING:
    from openbudget.model.disclosure import Disclosure
    from openbudget.model.document import Document
    from openbudget.model.finding import Report
    from openbudget.recognise import Given

Tell = Callable[..., None]


def _silent(stage: str, **args: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Packed:
    """What `pack` made: the package's folder, its disclosure and report. `outcome`: created, replaced, unchanged."""

    folder: Path
    outcome: str
    disclosure: Disclosure
    report: Report


@dataclass(frozen=True)
class Inspected:
    """What `inspect` saw. `disclosure` and `report` are None where no package could be made; `refusal` says why."""

    documents: tuple[Document, ...]
    disclosure: Disclosure | None
    report: Report | None
    refusal: OpenBudgetError | None


def read(paths: Sequence[Path], tell: Tell = _silent) -> tuple[tuple[Document, ...], Mapping[str, bytes]]:
    """The documents in `paths` (files, or folders of files), in order, and the bytes of each by its name.

    Raises UsageError (no such file, two of one name), UnreadableError or LimitError.
    """
    from openbudget import readers

    documents: list[Document] = []
    contents: dict[str, bytes] = {}
    for path in _files(paths):
        tell("reading", name=path.name)
        if path.name in contents:
            raise UsageError("pipeline.same_name", name=path.name)
        contents[path.name] = readers.load(path)
        documents.append(readers.read(path.name, contents[path.name]))
    return tuple(documents), contents


def pack(paths: Sequence[Path], given: Given, target: Path, *, force: bool = False, tell: Tell = _silent) -> Packed:
    """Make the package of the one disclosure that stands in `paths`, as a folder in `target`.

    `given` says what the documents do not say of themselves. The folder appears whole or not at all; a folder that
    is no package of the same name is left alone unless `force`. Raises SourceError, UsageError or WriteError.
    """
    from openbudget import package

    documents, contents = read(paths, tell)
    disclosure, report = _check(documents, given, tell)
    folder = target / report.name
    tell("writing", name=folder.name)
    before = _fingerprint(folder)
    package.write(disclosure, report, contents, target, force=force)
    after = _fingerprint(folder)
    outcome = "created" if before is None else "unchanged" if before == after else "replaced"
    return Packed(folder, outcome, disclosure, report)
