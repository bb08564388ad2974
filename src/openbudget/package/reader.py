"""A package from disk, whoever wrote it: a folder, its datapackage.json, or a zip.

Only what makes reading pointless is an error (PackageError): nothing there, no descriptor, a descriptor that is no
JSON object, a version of the standard that is newer than this program's. All else is a finding, and a fault in one
place never hides faults in another.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from openbudget import standard
from openbudget.errors import PackageError, reason_of
from openbudget.model.finding import Finding, RuleRun, Severity
from openbudget.model.value import Value
from openbudget.package.container import Container, open_container, read_whole, refusal
from openbudget.package.findings import Structure
from openbudget.package.json_text import parse, parse_once
from openbudget.package.profiles import fitting, misfits, profile_names
from openbudget.package.resources import measure, table_sources
from openbudget.tabular import TableResult, TableSource, check_tables
from openbudget.tabular.check import LARGE

if TYPE_CHECKING:
    from pathlib import Path

    from openbudget.tabular.check import Gatherer

MAX_FINDINGS = 10_000
LINES = "budget_lines"
_NONE: Mapping[str, Any] = MappingProxyType({})


class Package(NamedTuple):
    """A package as read. `tables` has the typed rows (faulty and blank cells: None; of a table of the standard in a
    package that claims it: all its fields) of every table that could be read, except for those that are too large to be
    held, `rows` the numbers of rows of all.

    `findings` are the structural ones (STR, SCH), at most `MAX_FINDINGS` of each table; `counts`, by severity, is
    complete. `rest` makes those that are not among them, of which there are so many of each rule as `rest_counts` says.
    `ours`: the descriptor claims the standard; then `facts` has its object `openbudget` and the names of the source
    files as `source_files`, and `report` is the package's report.json (empty where it has none). `lines` are budget lines that are not among `tables`, since they are too many or
    stand in a package of another kind (the lines of many bodies in one table): checks take them body by body; `gathered` is what was given them.
    """

    path: str
    name: str
    descriptor: Mapping[str, Any]
    tables: Mapping[str, Sequence[Mapping[str, Value]]]
    findings: tuple[Finding, ...]
    counts: Mapping[Severity, int]
    runs: tuple[RuleRun, ...]
    rows: Mapping[str, int] = _NONE
    ours: bool = False
    facts: Mapping[str, Any] = _NONE
    report: Mapping[str, Any] = _NONE
    lines: TableSource | None = None
    gathered: Gatherer | None = None
    rest: Callable[[], Iterator[Finding]] = lambda: iter(())
    rest_counts: Mapping[str, int] = _NONE


def open_package(
    path: str | Path, *, any_rows: bool = True, gathering: Callable[[TableSource], Gatherer | None] | None = None
) -> Package:
    """Read and check a package: descriptor, files, hashes, every cell, keys, documents.

    `gathering` makes what is given budget lines that are not held, while they are read (`Package.gathered`). `any_rows`: hold the rows of packages that do not claim the standard, too. Raises PackageError (exit code 3) where there is no package that could be read.
    """
    container, name = open_container(path)
    descriptor, twice = _descriptor_of(container, name)
    ours = _claims_standard(descriptor, os.path.normpath(os.path.join(container.path, name)))
    out = Structure(ours=ours)
    for key in twice:
        out.fault("STR-001", "package.key_twice", path=name, name=key)
    _descriptor(container, descriptor, name, ours, out)
    sources = list(table_sources(container, descriptor, ours, out))
    gatherers = _gatherers(sources, gathering)
    results = check_tables(sources, keep_rows=ours or any_rows, gatherers=gatherers)
    tables: dict[str, Any] = {one.name: one.rows for one in results.values() if one.rows is not None}
    lines = next((source for source in sources if _has_lines(source) and not (ours and source.name in tables)), None)
    for one in results.values():
        if ours and one.rows is None and (lines is None or one.name != lines.name):
            out.fault("STR-006", "package.too_large", table=one.name, path=one.path, rows=one.n_rows)
    report = _own_documents(container, descriptor, tables, results.keys() - tables.keys(), out) if ours else None
    if ours:
        tables = {name: _completed(name, rows) for name, rows in tables.items()}
    findings, counts = _collected(out, results)
    rest_counts = _more(results)
    return Package(
        path=str(path),
        name=str(descriptor.get("name") or os.path.basename(os.path.realpath(path))),
        descriptor=descriptor,
        tables=tables,
        findings=findings,
        counts=counts,
        runs=(*out.runs(), *_table_runs(sources, results)),
        rows={one.name: one.n_rows for one in results.values()},
        ours=ours,
        facts=_facts(descriptor) if ours else {},
        report=report if isinstance(report, dict) else _NONE,
        lines=lines,
        gathered=None if lines is None else gatherers.get(lines.name),
        rest=partial(_rest, results),
        rest_counts=rest_counts,
    )


def read_descriptor(container: Container, name: str) -> dict[str, Any]:
    """The descriptor as a JSON object. Raises PackageError where it is none."""
    return _descriptor_of(container, name)[0]


def _descriptor_of(container: Container, name: str) -> tuple[dict[str, Any], Sequence[str]]:
    """The descriptor, and the names that stand twice in one of its objects."""
    path = os.path.normpath(os.path.join(container.path, name))
    try:
        loaded, twice = parse_once(read_whole(container, name))
    except OSError as error:
        raise PackageError("package.unreadable", path=path, reason=reason_of(error)) from error
    except (ValueError, RecursionError) as error:
        raise PackageError("package.descriptor_not_json", path=path, reason=str(error)) from error
    if not isinstance(loaded, dict):
        raise PackageError("package.descriptor_not_object", path=path)
    return loaded, twice


def _claims_standard(descriptor: Mapping[str, Any], path: str) -> bool:
    """Whether the descriptor claims our standard. Raises PackageError for a version that this program cannot know."""
    claim = descriptor.get("openbudget")
    if not isinstance(claim, dict):
        return False
    stated = claim.get("standard_version")
    known = standard.version()
    try:
        major, minor = (int(part) for part in str(stated).split(".")[:2])
    except ValueError:
        return True  # told by the profile
    if (major, minor) > tuple(int(part) for part in known.split(".")[:2]):
        raise PackageError("package.newer_standard", path=path, stated=stated, known=known)
    return True


def _descriptor(container: Container, descriptor: Mapping[str, Any], name: str, ours: bool, out: Structure) -> None:
    out.case("STR-001", 2 if ours else 1)
    for misfit in misfits(descriptor, ours=ours):
        out.fault(
            "STR-001", "package.STR-001", path=name, profile=misfit.profile, where=misfit.where or "/",
            reason=misfit.reason,
        )  # fmt: skip
    _, own = profile_names(descriptor)
    if own is None:
        return
    if refusal(own):
        out.fault("STR-006", "package.profile_remote", path=name, profile=own)
        return
    from openbudget.tabular.patterns import bounded

    try:
        profile = parse(read_whole(container, own))
        if not bounded(profile):
            raise ValueError("a pattern in it could take without end")
    except (OSError, ValueError, RecursionError):
        out.fault("STR-006", "package.profile_unreadable", path=name, profile=own)
        return
    for misfit in fitting(profile, descriptor, own):
        out.fault("STR-001", "package.STR-001", path=name, profile=own, where=misfit.where or "/", reason=misfit.reason)


def _completed(name: str, rows: Sequence[Mapping[str, Value]]) -> Sequence[Mapping[str, Value]]:
    """Rows of a table of the standard with all its fields: columns that the file lacks are blank."""
    spec = standard.tables().get(name)
    if spec is None or not rows or not (absent := set(spec.columns) - rows[0].keys()):
        return rows
    blank = dict.fromkeys(name for name in spec.columns if name in absent)
    return [{**row, **blank} for row in rows]


def _gatherers(
    sources: Sequence[TableSource], gathering: Callable[[TableSource], Gatherer | None] | None
) -> dict[str, Gatherer]:
    """A gatherer for the first table of budget lines that is large."""
    source = next((source for source in sources if _has_lines(source)), None)
    if gathering is None or source is None or source.size < LARGE:
        return {}
    gatherer = gathering(source)
    return {} if gatherer is None else {source.name: gatherer}


def _has_lines(source: TableSource) -> bool:
    """Whether a table is one of budget lines as the standard has them."""
    if source.name != LINES:
        return False
    needed = {column.name for column in standard.tables()[LINES].fields if column.required}
    return needed <= set(source.schema.names)


def _own_documents(
    container: Container,
    descriptor: Mapping[str, Any],
    tables: Mapping[str, Any],
    large: Collection[str],
    out: Structure,
) -> Any:
    """What only packages of the standard have: source files, disclosure.json, report.json (which is given back), their
    own name."""
    from openbudget.package.agreement import PATH, compare
    from openbudget.package.name import package_name_of

    named = {"datapackage.json", "README.md", PATH, "report.json"}
    for part in [*_objects(descriptor.get("resources")), *_objects(descriptor.get("sources"))]:
        named.update(path for path in [part.get("path")] if isinstance(path, str))
    named.update({f"{path}-metadata.json" for path in named})  # what CSV on the Web says of a file stands beside it
    for source in _objects(descriptor.get("sources")):
        _source_file(container, source, out)
    for document in _json(container, PATH, "STR-009", out):
        compare(document, descriptor, tables, large, out)
    report = None
    for report in _json(container, "report.json", "STR-011", out):
        for misfit in fitting(standard.json_schema("report"), report, "OpenBudget"):
            out.fault(
                "STR-011", "package.report_misfit", path="report.json", where=misfit.where or "/", reason=misfit.reason
            )
    out.case("STR-021")
    expected = package_name_of(descriptor["openbudget"])
    if expected is not None and descriptor.get("name") != expected:
        out.fault("STR-021", "package.STR-021", expected=expected, actual=str(descriptor.get("name")))
    for name in container.names():
        out.case("STR-008")
        if (
            name not in named
            and name.partition("/")[0] in ("data", "source")
            and not name.rpartition("/")[2].startswith(".")
        ):
            out.fault("STR-008", "package.STR-008", path=name)
    return report


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _source_file(container: Container, source: Mapping[str, Any], out: Structure) -> None:
    path = source.get("path")
    if not isinstance(path, str):
        return
    out.case("STR-002")
    if key := refusal(path):
        out.fault("STR-003", key, path=path, table=None)
        return
    try:
        content = read_whole(container, path)
    except OSError:
        out.fault("STR-002", "package.STR-002", path=path)
        return
    measure(source, len(content), lambda: [content], path, None, out)


def _json(container: Container, name: str, rule: str, out: Structure) -> tuple[Any, ...]:
    """A document of the package (which may be `null`); nothing, with a finding, where it is missing or no JSON."""
    out.case(rule)
    try:
        return (parse(read_whole(container, name), parse_float=Decimal),)
    except OSError:
        out.fault(rule, "package.document_missing", path=name)
    except (ValueError, RecursionError) as error:
        out.fault(rule, "package.not_json", path=name, reason=str(error))
    return ()


def _facts(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    files = [str(source.get("path", "")).rpartition("/")[2] for source in _objects(descriptor.get("sources"))]
    facts = {**descriptor["openbudget"], "source_files": files}
    year = facts.get("fiscal_year")
    if isinstance(year, int) and not datetime.MINYEAR < year < datetime.MAXYEAR:  # told by the profile
        del facts["fiscal_year"]
    return facts


def _collected(
    out: Structure, results: Mapping[str, TableResult]
) -> tuple[tuple[Finding, ...], Mapping[Severity, int]]:
    findings = list(out.findings)
    counts = Counter(finding.severity for finding in findings)
    for result in results.values():
        counts[Severity.ERROR] += len(result.faults)
        findings.extend(islice(result.findings(), MAX_FINDINGS))
    return tuple(findings), {severity: counts[severity] for severity in Severity}


def _more(results: Mapping[str, TableResult]) -> Counter[str]:
    """How many findings of each rule are beyond the first of their table."""
    more: Counter[str] = Counter()
    for result in results.values():
        if len(result.faults) > MAX_FINDINGS:
            more += result.faults.counts - Counter(fault.rule for fault in islice(result.faults, MAX_FINDINGS))
    return more


def _rest(results: Mapping[str, TableResult]) -> Iterator[Finding]:
    for result in results.values():
        if len(result.faults) > MAX_FINDINGS:
            yield from islice(result.findings(), MAX_FINDINGS, None)


def _table_runs(sources: Sequence[TableSource], results: Mapping[str, TableResult]) -> list[RuleRun]:
    from openbudget.tabular.runs import table_runs

    return table_runs(sources, results)
