"""A disclosure and its report, written as a package: whole or not at all, the same bytes for the same source."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.errors import WriteError
from openbudget.model.disclosure import Disclosure
from openbudget.model.finding import Report
from openbudget.package.atomic import write_folder
from openbudget.package.descriptor import descriptor, openbudget_object, title_of
from openbudget.package.name import normalised, package_name, source_file_name
from openbudget.package.readme import readme
from openbudget.package.report_document import report_document
from openbudget.package.serialise import csv_bytes, json_bytes
from openbudget.package.tables import Tables, findings_table, tables_of

# files that systems put into every folder that a person opens
_SYSTEM = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def package_files(
    disclosure: Disclosure, report: Report, contents: Mapping[str, bytes], tables: Tables | None = None
) -> dict[str, bytes]:
    """All files of the package: path → bytes. `contents` has the bytes of each source by its name, `tables` the
    disclosure's `tables_of` where they have been made already.

    Raises WriteError where two sources would have the same name in the package.
    """
    tables = dict(tables_of(disclosure) if tables is None else tables)
    if findings := findings_table(report):
        tables["findings"] = findings
    paths = {name: f"data/{name}.csv" for name in standard.tables() if name in tables}
    files = {path: csv_bytes(standard.tables()[name].columns, tables[name]) for name, path in paths.items()}
    document = {
        "name": package_name(disclosure.facts),
        "title": title_of(disclosure.facts, "zh"),
        "openbudget": openbudget_object(disclosure),
        "tables": {
            name: [{key: value for key, value in row.items() if value is not None} for row in tables[name]]
            for name in paths
        },
    }
    return {
        "datapackage.json": json_bytes(descriptor(disclosure, files, paths, contents)),
        **files,
        "disclosure.json": json_bytes(document),
        "report.json": json_bytes(report_document(report)),
        **_sources(disclosure, contents),
        "README.md": readme(disclosure, report, tables).encode(),
    }


def _sources(disclosure: Disclosure, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    for source in disclosure.sources:
        name = source_file_name(source.name)
        if name.casefold() in folded:
            raise WriteError("package.same_source_name", name=source.name, other=folded[name.casefold()])
        folded[name.casefold()] = source.name
        files[f"source/{name}"] = contents[source.name]
    return files


def write(
    disclosure: Disclosure,
    report: Report,
    contents: Mapping[str, bytes],
    folder: Path,
    *,
    tables: Tables | None = None,
    force: bool = False,
) -> Path:
    """Write the package into `folder` under its own name, and give its path. `tables`: see `package_files`.

    Where exactly these files are there already, nothing is touched. A package of the same name is replaced; anything
    else of that name, a package of another body, or one with files that are not its own, only with `force`. Raises
    WriteError, with nothing changed.
    """
    target = folder / package_name(disclosure.facts)
    if target.is_symlink():
        target = target.resolve()
    files = package_files(disclosure, report, contents, tables)
    if os.path.lexists(target):
        if not target.is_dir():
            raise WriteError("package.not_a_folder", path=str(target), reason="")
        if holds(target, files):
            return target
        if not force:
            may_replace(target, target.name, disclosure.facts.agency_name)
    write_folder(target, files)
    return target


def holds(target: Path, files: Mapping[str, bytes]) -> bool:
    """Whether the folder `target` is there and has exactly these files."""
    try:
        return (
            target.is_dir()
            and _present(target) == set(files)
            and all((target / name).read_bytes() == content for name, content in files.items())
        )
    except OSError:  # replaced at this moment by another process
        return False


def _present(target: Path) -> set[str]:
    """The files in a folder, as relative POSIX paths, without those that systems leave."""
    return {
        path.relative_to(target).as_posix()
        for path in target.rglob("*")
        if path.name not in _SYSTEM and (path.is_file() or path.is_symlink())
    }


def may_replace(target: Path, package: str, body: str | None) -> None:
    """Raise WriteError unless the folder is empty, or an earlier package of this name, of the same `body` (the agency's
    name; None: of any), with no files but its own."""
    present = _present(target)
    if not present:
        return
    try:
        old: Any = json.loads((target / "datapackage.json").read_bytes())
        name, facts = old["name"], old["openbudget"]
        agency = facts["agency_name"]
        own = {"datapackage.json", "disclosure.json", "report.json", "README.md"}
        own |= {part["path"] for part in old["resources"]} | {part["path"] for part in old["sources"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WriteError("package.not_ours", path=str(target)) from error
    if name != package:
        raise WriteError("package.not_ours", path=str(target))
    if body is not None and normalised(str(agency)) != normalised(body):
        raise WriteError("package.name_taken", path=str(target), old=agency, new=body)
    if strange := sorted(present - own):
        raise WriteError("package.strange_files", path=str(target), names=", ".join(strange[:5]))
