"""Joins the steps: source files → Document → Disclosure → package → Report. No logic of its own.

Every function takes `tell(stage, **args)`, which is called before a stage of the work begins (`reading`,
`recognising`, `checking`, `writing`), so that a terminal can show where a long run is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from openbudget.errors import NotRecognisedError, OpenBudgetError, PackageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from openbudget.batch.item import Item
    from openbudget.checks.waivers import Overrides
    from openbudget.model.disclosure import Disclosure
    from openbudget.model.document import Document
    from openbudget.model.finding import Report
    from openbudget.package import Package
    from openbudget.package.tables import Tables
    from openbudget.recognise import Given
    from openbudget.recognise.explain import Seen

Tell = Callable[..., None]


def _silent(stage: str, **args: object) -> None:
    """Tell nobody."""


class Packed(NamedTuple):
    """What `pack` made: the package's folder, its disclosure and report. `outcome`: created, replaced, unchanged."""

    folder: Path
    outcome: str
    disclosure: Disclosure
    report: Report


class Inspected(NamedTuple):
    """What `inspect` saw. `disclosure` and `report` are None where no package could be made; `refusal` says why.
    `seen` says what became of each heading and table (only where it was asked for)."""

    documents: tuple[Document, ...]
    disclosure: Disclosure | None = None
    report: Report | None = None
    refusal: OpenBudgetError | None = None
    seen: tuple[Seen, ...] = ()


def read(
    paths: Sequence[Path], tell: Tell = _silent, *, isolate: bool = True
) -> tuple[tuple[Document, ...], Mapping[str, bytes]]:
    """The documents in `paths` (files, folders or zips of files), in order, and the bytes of each by its name.

    `isolate`: see `readers.read`. Raises UsageError (no such file, one given twice), UnreadableError or LimitError.
    """
    from openbudget import readers
    from openbudget.readers import archive

    documents: list[Document] = []
    contents: dict[str, bytes] = {}
    for name, data in archive.files_of(paths):
        tell("reading", name=name)
        contents[name] = data
        documents.append(readers.read(name, data, isolate=isolate))
    return tuple(documents), contents


def pack(
    paths: Sequence[Path],
    given: Given,
    target: Path,
    *,
    force: bool = False,
    layouts: Path | None = None,
    tell: Tell = _silent,
) -> Packed:
    """Make the package of the one disclosure that stands in `paths`, as a folder in `target`.

    `given` says what the documents do not say of themselves; `layouts` is a folder of further layouts. The package
    appears whole or not at all; a folder that is no package of the same name is left alone unless `force`. Raises
    SourceError, UsageError or WriteError.
    """
    from openbudget import package

    documents, contents = read(paths, tell)
    disclosure = _worth_packing(_recognise(documents, given, layouts, tell))
    report, tables = report_on(disclosure, tell)
    tell("writing", name=report.name)
    before = _descriptor(target / report.name)
    folder = package.write(disclosure, report, contents, target, tables=tables, force=force)
    outcome = "created" if before is None else "unchanged" if before == _descriptor(folder) else "replaced"
    return Packed(folder, outcome, disclosure, report)


def pack_task(item: Item, stage: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """`pack` for one document of a batch (see `openbudget.batch.worker`): its package goes into the folder `stage`,
    unless its place in the batch's output, `<region>/<year>/<name>`, holds the same bytes already."""
    from hashlib import sha256
    from pathlib import Path

    from openbudget import package
    from openbudget.batch.lacks import lacks_of
    from openbudget.package.atomic import write_folder
    from openbudget.recognise import Given

    documents, contents = read([Path(file) for file in item.files], isolate=False)
    layouts = settings.get("layouts")
    disclosure = _recognise(documents, Given(**item.given), Path(layouts) if layouts else None, _silent)
    _worth_packing(disclosure)
    report, tables = report_on(disclosure)
    files = package.package_files(disclosure, report, contents, tables)
    facts = disclosure.facts
    place = f"{facts.region_code}/{facts.fiscal_year}/{report.name}"
    staged = not package.holds(Path(settings["out"], place), files)
    if staged:
        write_folder(stage / report.name, files)
    return {
        "package": place,
        "agency": facts.agency_name,
        "counts": {str(level): count for level, count in report.counts.items() if count},
        "rows": dict(report.rows),
        "lacks": lacks_of(disclosure),
        "staged": staged,
        "descriptor": sha256(files["datapackage.json"]).hexdigest(),
    }


def inspect(
    paths: Sequence[Path], given: Given, *, layouts: Path | None = None, explain: bool = False, tell: Tell = _silent
) -> Inspected:
    """What would be packed, and why not where nothing can be. Only what cannot be read at all raises.

    With `explain` also what became of each heading and table, and by which layout.
    """
    documents, _ = read(paths, tell)
    try:
        disclosure = _recognise(documents, given, layouts, tell)
    except NotRecognisedError as refusal:
        return Inspected(documents, refusal=refusal)
    seen: tuple[Seen, ...] = ()
    if explain:
        from openbudget.recognise.explain import explain as explained
        from openbudget.recognise.layout import load

        seen = explained(documents, disclosure, load(layouts))
    return Inspected(documents, disclosure, report_on(disclosure, tell)[0], seen=seen)


def validate(
    path: str | Path,
    *,
    previous: str | Path | None = None,
    overrides: str | Path | None = None,
    tell: Tell = _silent,
) -> Report:
    """Everything that is wrong with a package, whoever made it.

    `previous` is last year's package of the same body. `overrides` is a file of severities and waivers; by default
    the `openbudget.yaml` beside the package's descriptor, if there is one. Raises PackageError or UsageError.
    """
    (found,) = validate_all([path], previous=previous, overrides=overrides, tell=tell)
    if isinstance(found, PackageError):
        raise found
    return found


def validate_all(
    paths: Sequence[str | Path],
    *,
    previous: str | Path | None = None,
    overrides: str | Path | None = None,
    tell: Tell = _silent,
) -> Iterator[Report | PackageError]:
    """A report of each package, or why it could not be read; packages given together are held against each other.

    Where `previous` is not given, last year's package of the same body serves as such if it is among them.
    """
    from openbudget import checks, package

    opened: list[Package | PackageError] = []
    for path in paths:
        tell("checking", name=os.path.basename(os.path.normpath(path)))
        try:
            opened.append(package.open_package(path, any_rows=False, gathering=checks.gathering))
        except PackageError as error:
            opened.append(error)
    last = package.open_package(previous).tables if previous is not None else None
    ours = [one for one in opened if not isinstance(one, PackageError) and one.ours]
    for path, one in zip(paths, opened, strict=True):
        if isinstance(one, PackageError):
            yield one
        else:
            others = [other for other in ours if other is not one]
            try:
                own = _overrides(path, overrides)
            except UsageError as error:
                if overrides is not None:
                    raise
                yield PackageError(error.key, **error.args_by_name)  # its own file: no fault of the others
            else:
                yield checks.check_package(one, last or checks.last_year(one, others), others, own)


def _overrides(path: str | Path, given: str | Path | None) -> Overrides | None:
    beside = os.path.join(path if os.path.isdir(path) else os.path.dirname(path), "openbudget.yaml")
    chosen = given or (beside if os.path.isfile(beside) else None)
    if chosen is None:
        return None
    from pathlib import Path

    from openbudget.checks.waivers import read_overrides

    found = read_overrides(Path(chosen))
    if found is None:
        raise UsageError("pipeline.no_such_file", path=str(chosen))
    return found


def _recognise(documents: Sequence[Document], given: Given, layouts: Path | None, tell: Tell) -> Disclosure:
    from openbudget import recognise
    from openbudget.recognise.layout import load

    tell("recognising")
    return recognise.recognise(documents, given, load(layouts))


def _worth_packing(disclosure: Disclosure) -> Disclosure:
    from openbudget.recognise import refuse_empty

    refuse_empty(disclosure)
    return disclosure


def report_on(disclosure: Disclosure, tell: Tell = _silent) -> tuple[Report, Tables]:
    """The report on a disclosure, and the rows of its tables."""
    from openbudget import checks, package
    from openbudget.package.name import source_file_name

    name = package.package_name(disclosure.facts)
    tell("checking", name=name)
    tables = package.tables_of(disclosure)
    files = [source_file_name(source.name) for source in disclosure.sources]
    facts = {**disclosure.facts._asdict(), "source_files": files}
    findings, runs = checks.run(tables, facts)
    counts = {table: len(rows) for table, rows in tables.items()}
    return checks.report_of(name, findings, runs, rows=counts), tables


def _descriptor(folder: Path) -> bytes | None:
    """The descriptor's bytes, which hold the hash of every other file of the package; None where there is none."""
    try:
        return (folder / "datapackage.json").read_bytes()
    except OSError:
        return None
