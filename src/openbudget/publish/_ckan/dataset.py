"""A package as a dataset of CKAN: pure, without network.

One dataset a package, one resource a table and a source document, and one for the descriptor, whose paths lead to the
other resources. Hashes are left out of that descriptor (CKAN has them with each resource), so that one changed figure
changes one resource.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openbudget.errors import PackageError
from openbudget.package.container import Container, open_container, refusal
from openbudget.package.reader import read_descriptor
from openbudget.publish.plan import Release

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:openbudget:ckan")
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
RELEASE = "openbudget_release"  # the extra that says which release is there
DESCRIPTOR = "datapackage"
MIME = {"csv": "text/csv", "json": "application/json"}
# SPDX → what CKAN's own register calls it
_LICENCES = {
    "CC-BY": "cc-by", "CC-BY-SA": "cc-by-sa", "CC0": "cc-zero", "CC-BY-NC": "cc-nc", "ODbL": "odc-odbl",
    "ODC-By": "odc-by", "PDDL": "odc-pddl", "GFDL": "gfdl", "OGL-UK": "uk-ogl",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A resource as it is to be. `path` is its file in the package; `content` its bytes where it has none there;
    `schema` the Table Schema of a table."""

    id: str
    name: str
    path: str
    sha256: str
    fields: Mapping[str, str]
    content: bytes | None = None
    schema: Mapping[str, Any] | None = None
    primary_key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset as it is to be. `fields` are those that this program looks after, flat: extras as `extras.<key>`,
    tags as one text."""

    name: str
    release: str
    fields: Mapping[str, str]
    parts: tuple[Part, ...] = ()
    title: str = field(default="", compare=False)


def name_of(package: str) -> str:
    """The name of the dataset of a package: CKAN takes a-z, 0-9, - and _, at most 100 of them."""
    made = re.sub(r"[^a-z0-9_-]", "-", package.lower())
    if made == package and len(made) <= 100:
        return made
    return f"{made[:91]}-{hashlib.sha256(package.encode()).hexdigest()[:8]}"


def part_id(package: str, part: str) -> str:
    """The identifier of a resource: the same at every portal and in every run."""
    return str(uuid.uuid5(SPACE, f"{package}/{part}"))


def tags_of(keywords: Sequence[str]) -> list[str]:
    """Keywords as CKAN takes them: letters and digits of any script, spaces, - _ . only; 2 to 100 characters."""
    made = (" ".join(re.sub(r"[^\w .-]", " ", str(word)).split()) for word in keywords)
    return sorted({word[:100].strip() for word in made if len(word) > 1})


def licence_of(spdx: str, register: Sequence[Mapping[str, Any]]) -> str:
    """What the portal's register calls a licence; `notspecified` where it does not have it, or none is named."""
    known = {str(one["id"]).lower(): str(one["id"]) for one in register}
    known.update({str(old).lower(): str(one["id"]) for one in register for old in one.get("legacy_ids") or ()})
    family = re.sub(r"-\d+(\.\d+)*(-only|-or-later)?$", "", spdx)
    for name in (spdx, family, _LICENCES.get(family, "")):
        if name and name.lower() in known:
            return known[name.lower()]
    return "notspecified"


def dataset_of(
    release: Release, address: str, owner: str, licence: str, register: Sequence[Mapping[str, Any]]
) -> Dataset:
    """The dataset of a release at the portal `address`, for the organisation with the identifier `owner`; `licence`
    (SPDX) is for packages that name none."""
    files, descriptor = open_container(release.path)
    about = read_descriptor(files, descriptor)
    facts = about["openbudget"]
    named = next((str(one.get("name") or "") for one in about.get("licenses") or ()), "") or licence
    year = str(facts["fiscal_year"])
    extras = {
        "identifier": release.name,
        "publisher_name": facts["agency_name"],
        "fiscal_year": year,
        "kind": facts["kind"],
        "region_code": facts["region_code"],
        "region_name": facts.get("region_name"),
        "agency_code": facts.get("agency_code"),
        "agency_name": facts["agency_name"],
        "disclosed_on": facts.get("disclosed_on"),
        "title_en": about.get("title_en"),
        "language": facts.get("language"),
        "temporal_start": f"{year}-01-01",
        "temporal_end": f"{year}-12-31",
        "license_spdx": named,
        "standard_version": facts.get("standard_version"),
        "withdrawn_on": "",
        "withdrawn_reason": "",
    }
    fields = {
        "title": about.get("title") or release.name,
        "notes": "\n\n".join(str(about[key]) for key in ("description", "description_en") if about.get(key)),
        "author": facts["agency_name"],
        "license_id": licence_of(named, register),
        "owner_org": owner,
        "private": "false",
        "state": "active",
        "tags": "; ".join(tags_of(about.get("keywords") or ())),
        **{f"extras.{key}": value for key, value in extras.items()},
    }
    kept = {key: plain(value) for key, value in fields.items()}
    return Dataset(
        name_of(release.name), release.fingerprint, kept, _parts(release, files, about, address), kept["title"]
    )


def plain(value: object) -> str:
    """A value of CKAN as text that can be compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _parts(release: Release, files: Container, about: Mapping[str, Any], address: str) -> tuple[Part, ...]:
    """Tables, source documents, and the descriptor last: where it is new, all that it leads to is there."""
    tables = [_table(release, files, one) for one in about["resources"]]
    sources = [
        _source(release, files, one)
        for one in about.get("sources") or ()
        if one.get("path") and not refusal(str(one["path"]))
    ]
    paths = {part.path: f"{address}/{download(release.name, part)}" for part in (*tables, *sources)}
    return (*tables, *sources, _descriptor(release, about, paths))


def download(package: str, part: Part) -> str:
    """Where a resource's file is, below the portal's address."""
    return f"dataset/{name_of(package)}/resource/{part.id}/download/{file_name(part.path)}"


def file_name(path: str) -> str:
    """The name under which a file is sent: CKAN keeps few characters."""
    stem, dot, ending = path.rpartition("/")[2].rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem, ending = (re.sub(r"[^a-z0-9._-]+", "-", part.lower()).strip("-.") for part in (stem, ending))
    return f"{stem or 'document'}.{ending}" if ending else stem or "document"


def _table(release: Release, files: Container, about: Mapping[str, Any]) -> Part:
    schema = about.get("schema")
    fields = {
        "name": about.get("title") or about["name"],
        "description": about.get("description"),
        "format": str(about.get("format") or "csv").upper(),
        "mimetype": about.get("mediatype") or MIME["csv"],
        "package_resource": about["name"],
        "schema": json.dumps(schema, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if schema else "",
    }
    key = (schema or {}).get("primaryKey") or ()
    keys = (key,) if isinstance(key, str) else tuple(key)
    digest = _digest(files, about["path"])
    return _part(release, about["name"], about["path"], digest, fields, schema=schema, primary_key=keys)


def _source(release: Release, files: Container, about: Mapping[str, Any]) -> Part:
    path = str(about["path"])
    fields = {
        "name": about.get("title") or path,
        "description": about.get("description"),
        "format": path.rpartition(".")[2].upper() if "." in path.rpartition("/")[2] else "",
        "mimetype": about.get("mediatype"),
        "package_resource": path,
        "schema": "",
    }
    return _part(release, path, path, _digest(files, path), fields)


def _digest(files: Container, path: str) -> str:
    """The SHA-256 of a file of the package, of its bytes as they are."""
    digest = hashlib.sha256()
    try:
        with files.open(path) as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
    except OSError as error:
        raise PackageError("publish.no_file", path=files.path, name=path) from error
    return digest.hexdigest()


def _descriptor(release: Release, about: Mapping[str, Any], paths: Mapping[str, str]) -> Part:
    """The descriptor with paths that lead to the portal, without what changes with every figure."""
    made = dict(about)
    for key in ("resources", "sources"):
        made[key] = [
            {name: value for name, value in one.items() if name not in ("hash", "bytes")}
            | ({"path": paths[one["path"]]} if one.get("path") in paths else {})
            for one in made.get(key) or ()
        ]
    facts = {key: value for key, value in made["openbudget"].items() if key != "coverage"}
    made["openbudget"] = facts
    content = (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()
    fields = {
        "name": "datapackage.json",
        "description": about.get("title_en"),
        "format": "JSON",
        "mimetype": MIME["json"],
        "package_resource": DESCRIPTOR,
        "schema": "",
    }
    digest = hashlib.sha256(content).hexdigest()
    return _part(release, DESCRIPTOR, "datapackage.json", digest, fields, content=content)


def _part(
    release: Release, name: str, path: str, sha256: str, fields: Mapping[str, object], *,
    content: bytes | None = None, schema: Mapping[str, Any] | None = None, primary_key: tuple[str, ...] = (),
) -> Part:  # fmt: skip
    made = {**fields, "hash": sha256, "hash_algorithm": SHA256}
    kept = {key: plain(value) for key, value in made.items()}
    return Part(part_id(release.name, name), name, path, sha256, kept, content, schema, primary_key)
