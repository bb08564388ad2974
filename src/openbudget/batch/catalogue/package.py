"""One package as rows of the catalogue: its tables as Arrow, each row with its package and its place in the source."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import LEFT_OUT, LINEAGE, PACKAGES, PLACE, arrow, arrow_schema, columns
from openbudget.errors import PackageError


@dataclass(frozen=True)
class Rows:
    """What a package gives: Arrow tables by name."""

    name: str
    tables: Mapping[str, Any]


def read_rows(folder: Path, path: str) -> Rows:
    """The rows of the package in `folder`; `path` is what the column `path` says of its place.

    PackageError where it is no package of the standard, a file is not as its hash says, or a value does not fit.
    """
    try:
        raw = (folder / "datapackage.json").read_bytes()
        descriptor = json.loads(raw)
        facts = descriptor["openbudget"]
        stated = tuple(int(part) for part in str(facts["standard_version"]).split(".")[:2])
        resources = {part["name"]: part for part in descriptor["resources"]}
        lineage = {name: facts.get(name) for name in LINEAGE} | {"package": descriptor["name"]}
        made = {PACKAGES: _package_row(folder, path, raw, descriptor)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=_short(error)) from error
    if stated > tuple(int(part) for part in standard.version().split(".")[:2]):
        raise PackageError(
            "package.newer_standard", path=path, stated=facts["standard_version"], known=standard.version()
        )
    places = _places(folder, resources, path)
    for table in standard.tables():
        if table in resources and table not in LEFT_OUT:
            made[table] = _table(folder, resources[table], table, lineage, places.get(table, {}), path)
    return Rows(descriptor["name"], made)


def _bytes(folder: Path, resource: Mapping[str, Any], path: str) -> bytes:
    try:
        data: bytes = (folder / resource["path"]).read_bytes()
    except OSError as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=_short(error)) from error
    if resource.get("hash") != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise PackageError("batch.hash_differs", path=path, file=resource["path"])
    return data


def _parsed(data: bytes, types: Mapping[str, Any], wanted: list[str], path: str) -> Any:
    pa = arrow()
    from pyarrow import csv

    try:
        return csv.read_csv(
            io.BytesIO(data),
            read_options=csv.ReadOptions(use_threads=False, block_size=max(1 << 20, len(data))),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types, include_columns=wanted, include_missing_columns=True, strings_can_be_null=True,
                quoted_strings_can_be_null=False, null_values=[""], true_values=["true"], false_values=["false"],
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=_short(error)) from error


def _table(
    folder: Path, resource: Mapping[str, Any], table: str, lineage: Mapping[str, Any],
    places: Mapping[str, tuple[str, str]], path: str,
) -> Any:  # fmt: skip
    pa = arrow()
    types = columns(table)
    own = list(standard.tables()[table].columns)
    found = _parsed(_bytes(folder, resource, path), {name: types[name] for name in own}, own, path)
    arrays = {name: found.column(name) for name in own}
    for name in LINEAGE:
        if name not in arrays:
            arrays[name] = pa.repeat(pa.scalar(lineage[name], pa.string()), found.num_rows)
    if "id" in arrays:
        stands = [places.get(key, (None, None)) for key in arrays["id"].to_pylist()]
    else:
        stands = [(None, None)] * found.num_rows
    for at, name in enumerate(PLACE):
        arrays[name] = pa.array([place[at] for place in stands], pa.string())
    return pa.table([arrays[name] for name in types], schema=arrow_schema(table))


def _places(folder: Path, resources: Mapping[str, Any], path: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Table → row → file and place of its amount, or of the first of its values that has a place."""
    if "sources" not in resources:
        return {}
    wanted = ["table", "row_id", "field", "file", "locator"]
    kind = arrow().string()
    found = _parsed(_bytes(folder, resources["sources"], path), dict.fromkeys(wanted, kind), wanted, path)
    made: dict[str, dict[str, tuple[str, str]]] = {}
    for table, row, field, file, locator in zip(*(found.column(name).to_pylist() for name in wanted), strict=True):
        rows = made.setdefault(table, {})
        if field == "amount" or row not in rows:
            rows[row] = (file, locator)
    return made


def _package_row(folder: Path, path: str, raw: bytes, descriptor: Mapping[str, Any]) -> Any:
    pa = arrow()
    import datetime

    facts = descriptor["openbudget"]
    report = json.loads((folder / "report.json").read_bytes())
    counts = report.get("counts", {})
    disclosed = facts.get("disclosed_on")
    row = {
        "package": descriptor["name"],
        "region_code": facts["region_code"],
        "region_name": facts.get("region_name"),
        "fiscal_year": int(facts["fiscal_year"]),
        "kind": facts["kind"],
        "agency_code": facts.get("agency_code"),
        "agency_name": facts["agency_name"],
        "title": descriptor.get("title"),
        "disclosed_on": datetime.date.fromisoformat(disclosed) if disclosed else None,
        "standard_version": facts["standard_version"],
        "generator_version": facts.get("generator", {}).get("version"),
        "errors": counts.get("error", 0),
        "warnings": counts.get("warning", 0),
        "notes": counts.get("note", 0),
        "lines_total": facts.get("coverage", {}).get("total"),
        "lines_unrecognised": facts.get("coverage", {}).get("unrecognised"),
        "sources": " ".join(str(part.get("hash", "")) for part in descriptor.get("sources", ())),
        "path": path,
        "descriptor_sha256": hashlib.sha256(raw).hexdigest(),
    }
    return pa.Table.from_pylist([row], schema=arrow_schema(PACKAGES))


def _short(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
