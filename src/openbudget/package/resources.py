"""Resources of a descriptor as tables to check: paths, hashes, schemas and dialects, whatever anyone wrote."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from openbudget.package.container import Container, read_whole, refusal
from openbudget.package.findings import Structure
from openbudget.package.inline import inline_csv
from openbudget.tabular import TableSource, read_dialect, read_schema

_IN_MEMORY = 32 << 20
_DELIMITED = frozenset({"csv", "tsv", "tab", "txt"})


def table_sources(container: Container, descriptor: Mapping[str, Any], out: Structure) -> Iterator[TableSource]:
    """A table for every resource that is one. What is wrong with a resource is told to `out`, and never stops the
    others."""
    resources = descriptor.get("resources")
    seen: set[str] = set()
    for index, resource in enumerate(resources if isinstance(resources, list) else []):
        if not isinstance(resource, Mapping):
            continue  # the profile has told it
        named = resource.get("name")
        name = named if isinstance(named, str) and named else f"resource{index + 1}"
        out.case("STR-007")
        if name in seen:
            out.fault("STR-007", "package.STR-007", table=name)
            name = f"{name}#{index + 1}"
        seen.add(name)
        source = _table(container, resource, name, out)
        if source is not None:
            yield source


def _table(container: Container, resource: Mapping[str, Any], name: str, out: Structure) -> TableSource | None:
    opened: Callable[[], BinaryIO] | None
    paths = _paths(resource)
    dialect = resource.get("dialect")
    encoding = resource.get("encoding")
    if "data" in resource and not paths:
        content = inline_csv(resource["data"], resource.get("schema"))
        opened = None if content is None else (lambda: io.BytesIO(content))
        dialect, encoding, tab = {"nullSequence": "\0"}, None, False
    else:
        opened = opened_files(container, resource, paths, name, out)
        kind = str(resource.get("format") or PurePosixPath(paths[0]).suffix[1:] if paths else "").lower()
        tab = kind in ("tsv", "tab")
        if opened is not None and (kind not in _DELIMITED or resource.get("compression") not in (None, "", "no")):
            out.fault("STR-006", "package.no_table", table=name, path=paths[0], kind=kind or "?")
            return None
    if opened is None:
        return None
    schema = _document(container, resource.get("schema"), name, out)
    if schema is None:
        out.fault("STR-006", "package.no_schema", table=name, path=paths[0] if paths else None)
        return None
    if isinstance(dialect, str):
        dialect = _document(container, dialect, name, out)
    return TableSource(
        name=name,
        opened=opened,
        schema=read_schema(schema, name),
        dialect=read_dialect(dialect, tab=tab),
        encoding=encoding if isinstance(encoding, str) else None,
        path=paths[0] if paths else None,
        size=sum(container.size(path) for path in paths),
    )


def _paths(resource: Mapping[str, Any]) -> list[str]:
    given = resource.get("path")
    listed = given if isinstance(given, list) else [given]
    return [path for path in listed if isinstance(path, str) and path]


def opened_files(
    container: Container, resource: Mapping[str, Any], paths: Sequence[str], name: str, out: Structure
) -> Callable[[], BinaryIO] | None:
    """A function that opens the resource's bytes (its parts one after the other), after its files, bytes and hash were
    checked; None where a file cannot be had."""
    usable = bool(paths)
    for path in paths:
        out.case("STR-003")
        out.case("STR-002")
        if key := refusal(path):
            out.fault("STR-003", key, table=name, path=path)
            usable = False
            continue
        try:
            container.open(path).close()
        except OSError:
            out.fault("STR-002", "package.STR-002", table=name, path=path)
            usable = False
    if not usable:
        return None
    if sum(container.size(path) for path in paths) <= _IN_MEMORY:
        content = b"".join(_content(container, path) for path in paths)
        measure(resource, len(content), lambda: [content], paths[0], name, out)
        return lambda: io.BytesIO(content)
    size = sum(container.size(path) for path in paths)
    measure(resource, size, lambda: _blocks(container, paths), paths[0], name, out)
    if len(paths) == 1:
        return lambda: cast(BinaryIO, container.open(paths[0]))
    return lambda: _joined(container, paths)


def _content(container: Container, path: str) -> bytes:
    with container.open(path) as stream:
        return stream.read()


def _blocks(container: Container, paths: Sequence[str]) -> Iterator[bytes]:
    for path in paths:
        with container.open(path) as stream:
            while block := stream.read(1 << 20):
                yield block


def _joined(container: Container, paths: Sequence[str]) -> BinaryIO:
    """The parts of a large resource as one file (v1 and v2: the parts are simply joined)."""
    import tempfile

    whole: IO[bytes] = tempfile.TemporaryFile(prefix="openbudget-")  # noqa: SIM115
    for path in paths:
        with container.open(path) as stream:
            import shutil  # loads every compressor: only where a resource has several files

            shutil.copyfileobj(stream, whole)
    whole.seek(0)
    return cast(BinaryIO, whole)


def measure(
    properties: Mapping[str, Any],
    size: int,
    blocks: Callable[[], Any],
    path: str,
    name: str | None,
    out: Structure,
) -> None:
    """Check `bytes` and `hash` of a resource or a source against what the file has."""
    declared = properties.get("bytes")
    if isinstance(declared, int):
        out.case("STR-004")
        if declared != size:
            out.fault("STR-004", "package.STR-004", table=name, path=path, expected=str(declared), actual=str(size))
    stated = properties.get("hash")
    if not isinstance(stated, str) or not stated:
        return
    algorithm, _, digest = stated.rpartition(":")
    try:
        hashed = hashlib.new(algorithm.replace("-", "").lower() or "md5", usedforsecurity=False)
    except (ValueError, TypeError):
        out.fault("STR-006", "package.hash_unknown", table=name, path=path, algorithm=algorithm)
        return
    out.case("STR-005")
    for block in blocks():
        hashed.update(block)
    found = hashed.hexdigest() if hashed.digest_size else ""
    if found != digest.lower():
        out.fault("STR-005", "package.STR-005", table=name, path=path, expected=digest, actual=found)


def _document(container: Container, value: Any, name: str, out: Structure) -> Any:
    """A schema or dialect as given, or from the file of the package that a string names; None where there is none."""
    if not isinstance(value, str):
        return value
    if key := refusal(value):
        out.fault("STR-003", key, table=name, path=value)
        return None
    try:
        return json.loads(read_whole(container, value).decode("utf-8-sig"))
    except OSError:
        out.fault("STR-002", "package.STR-002", table=name, path=value)
    except (ValueError, RecursionError) as error:
        out.fault("STR-001", "package.not_json", table=name, path=value, reason=str(error))
    return None
