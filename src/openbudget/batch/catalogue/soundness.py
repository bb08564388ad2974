"""Is a catalogue sound: files as catalogue.json says, keys unique, references found, values as the standard wants them,
over all packages at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import LEFT_OUT, PACKAGES
from openbudget.batch.catalogue.snapshot import load
from openbudget.batch.catalogue.values import value_faults
from openbudget.batch.database import ask, connect

Fault = tuple[str, dict[str, object]]  # a message's key and its arguments


def faults(catalogue: Path) -> list[Fault]:
    """What is wrong; empty where nothing is. UsageError where there is no catalogue."""
    found = list(_files(catalogue))
    if not found:  # what is missing cannot be asked
        connection = connect(catalogue)
        found = [*_keys(connection), *_references(connection), *value_faults(connection)]
    return found


def _files(catalogue: Path) -> Iterator[Fault]:
    for segment in load(catalogue).segments:
        for file in segment.files.values():
            try:
                with (catalogue / file.path).open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                digest = ""
            if digest != file.sha256:
                yield "batch.catalogue_file_differs", {"path": file.path}


def _keys(connection: Any) -> Iterator[Fault]:
    keys: dict[str, tuple[str, ...]] = {PACKAGES: ("package",)}
    keys |= {name: ("package", *spec.primary_key) for name, spec in standard.tables().items() if name not in LEFT_OUT}
    for table, key in keys.items():
        names = ", ".join(f'"{name}"' for name in key)
        answer = ask(
            connection,
            f"SELECT count(*), min(one) FROM (SELECT concat_ws(' ', {names}) AS one FROM {table} "
            f"GROUP BY {names} HAVING count(*) > 1)",
        )
        count, example = answer.rows[0]
        if count:
            yield "batch.catalogue_key_twice", {"table": table, "count": count, "example": example}


def _references(connection: Any) -> Iterator[Fault]:
    for table, spec in standard.tables().items():
        for key in () if table in LEFT_OUT else spec.foreign_keys:
            if key.table in LEFT_OUT or len(key.fields) != 1:
                continue
            field, other = key.fields[0], key.reference[0]
            answer = ask(
                connection,
                f"SELECT count(*), min(concat_ws(' ', a.package, a.\"{field}\")) FROM {table} a "
                f'ANTI JOIN {key.table} b ON a.package = b.package AND a."{field}" = b."{other}" '
                f'WHERE a."{field}" IS NOT NULL',
            )
            count, example = answer.rows[0]
            if count:
                said = {"table": table, "field": field, "count": count, "other": key.table, "example": example}
                yield "batch.catalogue_reference", said
