"""One package for the catalogue: what its descriptor says, and the bytes of its tables, checked against their hashes."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import LEFT_OUT, LINEAGE, PACKAGES, PRINTED, arrow, columns, figures
from openbudget.errors import PackageError, reason_of
from openbudget.messages import say
from openbudget.package.container import DESCRIPTOR, Folder, read_whole, refusal

_REGION = re.compile(r"[0-9]{6}")
PLACES = "sources"  # the table that says where values stand


@dataclass(frozen=True)
class Opened:
    """A package: `row` is its row of the table `packages`, `lineage` what each of its rows says of it, `tables` the
    bytes of its CSV files by table (`sources` among them); `path` is what is named."""

    path: str
    row: Mapping[str, Any]
    lineage: Mapping[str, str | None]
    tables: Mapping[str, bytes]


def opened(folder: Path, path: str) -> Opened:
    """The package in `folder`; `path` is what the column `path` says of its place.

    PackageError where it is no package of the standard, or a file is not as its hash says.
    """
    inside = Folder(folder)
    try:
        raw = read_whole(inside, DESCRIPTOR)
        descriptor = json.loads(raw)
        facts = descriptor["openbudget"]
        stated = tuple(int(part) for part in str(facts["standard_version"]).split(".")[:2])
        resources = {part["name"]: part for part in descriptor["resources"]}
        lineage = {name: facts.get(name) for name in LINEAGE} | {"package": descriptor["name"]}
        row = _row(inside, path, raw, descriptor)
        hashes = {name: str(part.get("hash")) for name, part in resources.items()}
    except OSError as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=short(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=say("batch.not_as_standard")) from error
    if stated > tuple(int(part) for part in standard.version().split(".")[:2]):
        raise PackageError(
            "package.newer_standard", path=path, stated=facts["standard_version"], known=standard.version()
        )
    wanted = [name for name in standard.tables() if name in resources and (name not in LEFT_OUT or name == PLACES)]
    tables = {name: _bytes(inside, resources[name], path) for name in wanted}
    return Opened(path, {**row, "contents": _contents(hashes, lineage, tables)}, lineage, tables)


def _contents(hashes: Mapping[str, str], lineage: Mapping[str, Any], tables: Mapping[str, bytes]) -> str:
    """A digest of all that the rows of each table are made of: `budget_lines:… sections:…`. Where it is as before, so
    are the rows."""
    places = _places(tables.get(PLACES, b""))
    of_all = json.dumps(dict(lineage), sort_keys=True).encode()
    said = {
        name: hashlib.sha256(hashes[name].encode() + of_all + places.get(name, places[PLACES]))
        for name in tables
        if name != PLACES
    }
    said[PRINTED] = hashlib.sha256(of_all)
    for name in said:
        if name != PRINTED and figures(name):
            said[PRINTED].update(places.get(name, places[PLACES]))
    return " ".join(f"{name}:{digest.hexdigest()[:16]}" for name, digest in said.items())


def _places(data: bytes) -> dict[str, bytes]:
    """The lines of `sources` about each table. They stand together; where they do not, all lines are about each."""
    starts = sorted((at, name) for name in standard.tables() if (at := data.find(f"\n{name},".encode())) >= 0)
    ends = [at for at, _ in starts[1:]] + [len(data)]
    if any(data.rfind(f"\n{name},".encode()) >= end for (_, name), end in zip(starts, ends, strict=True)):
        return {PLACES: data}
    return {PLACES: b""} | {name: data[at:end] for (at, name), end in zip(starts, ends, strict=True)}


def _bytes(inside: Folder, resource: Mapping[str, Any], path: str) -> bytes:
    name = str(resource.get("path"))
    if (key := refusal(name)) is not None:
        raise PackageError("batch.not_for_catalogue", path=path, reason=say(key, table=resource["name"], path=name))
    try:
        with inside.open(name) as stream:
            data = stream.read()
    except OSError as error:
        raise PackageError("batch.not_for_catalogue", path=path, reason=short(error)) from error
    if resource.get("hash") != f"sha256:{hashlib.sha256(data).hexdigest()}":
        raise PackageError("batch.hash_differs", path=path, file=name)
    return data


def _row(inside: Folder, path: str, raw: bytes, descriptor: Mapping[str, Any]) -> dict[str, Any]:
    facts = descriptor["openbudget"]
    counts = json.loads(read_whole(inside, "report.json"))["counts"]
    disclosed = facts.get("disclosed_on")
    row = {
        "package": descriptor["name"],
        "region_code": facts["region_code"],
        "region_name": facts.get("region_name"),
        "fiscal_year": int(facts["fiscal_year"]),
        "kind": facts["kind"],
        "agency_code": facts.get("agency_code"),
        "agency_name": facts["agency_name"],
        "level": facts.get("level"),
        "title": descriptor.get("title"),
        "disclosed_on": datetime.date.fromisoformat(disclosed) if disclosed else None,
        "standard_version": facts["standard_version"],
        "generator_version": facts.get("generator", {}).get("version"),
        "errors": int(counts["error"]),
        "warnings": int(counts["warning"]),
        "notes": int(counts["note"]),
        "lines_total": facts.get("coverage", {}).get("total"),
        "lines_unrecognised": facts.get("coverage", {}).get("unrecognised"),
        "sources": " ".join(str(part.get("hash", "")) for part in descriptor.get("sources", ())),
        "path": path,
        "descriptor_sha256": hashlib.sha256(raw).hexdigest(),
    }
    if not (_REGION.fullmatch(row["region_code"]) and datetime.MINYEAR < row["fiscal_year"] < datetime.MAXYEAR):
        raise ValueError(row["region_code"], row["fiscal_year"])
    for name, kind in columns(PACKAGES).items():
        arrow().array([row.get(name)], kind)  # what does not fit is this package's fault, not that of all
    return row


def short(error: BaseException) -> str:
    """An exception in one line; what the system refuses in the person's language."""
    if isinstance(error, OSError) and error.filename:
        return f"{Path(os.fsdecode(error.filename)).name}: {reason_of(error)}"
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
