"""Is a catalogue sound: files as catalogue.json says, keys unique, references found, values as the standard wants them,
over all packages at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import LEFT_OUT, PACKAGES
from openbudget.batch.catalogue.snapshot import Snapshot, load
from openbudget.batch.catalogue.values import value_faults
from openbudget.batch.database import ask, connect
from openbudget.messages import LANGUAGES, say
from openbudget.model.finding import Finding, Outcome, Report, Severity
from openbudget.tabular.faults import fingerprint

Fault = tuple[str, dict[str, object]]  # a message's key and its arguments
_ROWS = 2_000_000  # of the provinces whose keys are held at a time


def faults(catalogue: Path) -> list[Fault]:
    """What is wrong; empty where nothing is. UsageError where there is no catalogue."""
    found = list(_files(catalogue))
    if not found:  # what is missing cannot be asked
        connection = connect(catalogue)
        parts = _parts(load(catalogue))
        found = [*_keys(connection, parts), *_references(connection, parts), *value_faults(connection)]
    return found


def report_on(catalogue: Path) -> Report | None:
    """The same as a report, each fault under the rule that it breaks in a package; None where nothing is wrong."""
    found = []
    for key, args in faults(catalogue):
        rule = _RULES.get(key) or _CONSTRAINTS.get(str(args["constraint"]), "SCH-005")
        message = {language: say(key, language, **args) for language in LANGUAGES}
        mark = fingerprint(rule, key, *(str(args.get(name, "")) for name in ("path", "table", "field", "constraint")))
        table, field, path = (str(args[name]) if name in args else None for name in ("table", "field", "path"))
        found.append(Finding(rule, Severity.ERROR, Outcome.FAIL, mark, message, table=table, field=field, path=path))
    if not found:
        return None
    counts = dict.fromkeys(Severity, 0) | {Severity.ERROR: len(found)}
    return Report(catalogue.name, tuple(found), (), counts, {}, str(catalogue))


DAMAGED = "STR-005"
_RULES = {
    "batch.catalogue_file_differs": DAMAGED,
    "batch.catalogue_key_twice": "SCH-014",
    "batch.catalogue_reference": "SCH-016",
}
_CONSTRAINTS = {
    "required": "SCH-002", "pattern": "SCH-004", "minimum": "SCH-006", "maximum": "SCH-007", "minLength": "SCH-010",
    "maxLength": "SCH-011",
}  # fmt: skip


def _files(catalogue: Path) -> Iterator[Fault]:
    for segment in load(catalogue).every:
        for file in segment.files.values():
            try:
                with (catalogue / file.path).open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                digest = ""
            if digest != file.sha256:
                yield "batch.catalogue_file_differs", {"path": file.path}


def _parts(now: Snapshot) -> list[str]:
    """Conditions that share the provinces out, so that not all keys are held at once. A package is in one province, so
    only the keys of packages themselves are to be compared across them."""
    rows = Counter[str]()
    for segment in now.every:
        rows[segment.region] += sum(file.rows for file in segment.files.values())
    parts: list[list[str]] = []
    room = 0
    for region, count in sorted(rows.items()):
        if not parts or count > room:
            parts.append([])
            room = _ROWS
        parts[-1].append(f"'{region}'")
        room -= count
    return [f"region IN ({', '.join(part)})" for part in parts]


def _keys(connection: Any, parts: Sequence[str]) -> Iterator[Fault]:
    keys: dict[str, tuple[str, ...]] = {PACKAGES: ("package",)}
    keys |= {name: ("package", *spec.primary_key) for name, spec in standard.tables().items() if name not in LEFT_OUT}
    for table, key in keys.items():
        names = ", ".join(f'"{name}"' for name in key)
        count, example = _counted(
            connection,
            f"SELECT count(*), min(one) FROM (SELECT concat_ws(' ', {names}) AS one FROM {table} WHERE {{part}} "
            f"GROUP BY {names} HAVING count(*) > 1)",
            ["true"] if table == PACKAGES else parts,
        )
        if count:
            yield "batch.catalogue_key_twice", {"table": table, "count": count, "example": example}


def _counted(connection: Any, query: str, parts: Sequence[str]) -> tuple[int, str | None]:
    """The sum of the counts, and the first of the examples, that a query gives for each part."""
    found = [ask(connection, query.format(part=part)).rows[0] for part in parts]
    return sum(count for count, _ in found), min((example for _, example in found if example is not None), default=None)


def _references(connection: Any, parts: Sequence[str]) -> Iterator[Fault]:
    for table, spec in standard.tables().items():
        for key in () if table in LEFT_OUT else spec.foreign_keys:
            if key.table in LEFT_OUT or len(key.fields) != 1:
                continue
            field, other = key.fields[0], key.reference[0]
            count, example = _counted(
                connection,
                f"SELECT count(*), min(concat_ws(' ', package, \"{field}\")) "
                f"FROM (SELECT * FROM {table} WHERE {{part}}) a "
                f"ANTI JOIN (SELECT * FROM {key.table} WHERE {{part}}) b "
                f'ON a.package = b.package AND a."{field}" = b."{other}" WHERE "{field}" IS NOT NULL',
                parts,
            )
            if count:
                said = {"table": table, "field": field, "count": count, "other": key.table, "example": example}
                yield "batch.catalogue_reference", said
