"""Resources of a descriptor as tables to check: paths, hashes, schemas and dialects, whatever anyone wrote."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, BinaryIO, NamedTuple, cast

from openbudget import standard
from openbudget.model.digest import sha256
from openbudget.package.container import Container, on_the_web, read_whole, refusal
from openbudget.package.contents import DELIMITED, JSON, Opened, UnpackError, joined, json_rows, kind_of, unpacked
from openbudget.package.findings import Structure
from openbudget.package.json_text import parse
from openbudget.tabular import TableSource, read_dialect, read_schema
from openbudget.tabular.schema import Schema

_IN_MEMORY = 32 << 20
_LAYOUT = ("header", "headerRows", "headerJoin", "headerCase")
_OF_JSON = {"nullSequence": "\0"}
_NO_SCHEMA = {"fields": [], "fieldsMatch": "subset"}  # the rows as such are checked all the same


def table_sources(
    container: Container, descriptor: Mapping[str, Any], ours: bool, out: Structure
) -> Iterator[TableSource]:
    """A table for every resource that is one; `ours`: of a package that claims the standard. What is wrong with a
    resource is told to `out`, and never stops the others."""
    resources = descriptor.get("resources")
    listed = resources if isinstance(resources, list) else []
    present = frozenset(str(one.get("name")) for one in listed if isinstance(one, Mapping))
    seen: set[str] = set()
    for index, resource in enumerate(listed):
        if not isinstance(resource, Mapping):
            continue  # the profile has told it
        named = resource.get("name")
        name = named if isinstance(named, str) and named else f"resource{index + 1}"
        out.case("STR-007")
        if name in seen:
            out.fault("STR-007", "package.STR-007", table=name)
            name = f"{name}#{index + 1}"
        seen.add(name)
        source = _table(container, resource, name, partial(_schema, name=name, present=present, ours=ours), out)
        if source is not None:
            yield source


def _schema(descriptor: Any, name: str, present: frozenset[str], ours: bool) -> Schema:
    """The schema of a table. In a package of the standard, one that is word for word the standard's is the same value in
    every package (what is made of it is made once), and every number of its tables is finite: NaN is no amount."""
    if not ours or name not in standard.tables():
        return read_schema(descriptor, name)
    if descriptor == standard.packaged_schema(name, present):
        return _of_standard(name, present)
    return read_schema(descriptor, name).finite()


@lru_cache(256)
def _of_standard(name: str, present: frozenset[str]) -> Schema:
    return read_schema(standard.packaged_schema(name, present), name).finite()


def _table(
    container: Container, resource: Mapping[str, Any], name: str, read: Callable[[Any], Schema], out: Structure
) -> TableSource | None:
    paths = _paths(resource)
    path = paths[0] if paths else None
    dialect = _dialect(container, resource, name, out)
    content = _inline(resource, name, out) if "data" in resource and not paths else None
    if content is None and ("data" not in resource or paths):
        parts = opened_files(container, resource, paths, name, out)
        if parts:
            sizes = [container.size(one) for one in paths]
            content = _of_files(resource, paths[0], list(zip(parts, sizes, strict=True)), dialect, name, out)
    if content is None:
        return None
    named = resource.get("schema")
    schema = _document(container, named, "package.web_schema", name, out)
    if schema is None:
        if not isinstance(named, str):
            lacks = "package.no_schema" if content.dialect is None else "package.no_schema_data"
            out.fault("STR-006", lacks, table=name, path=path)
        elif out.ours or not on_the_web(named):
            out.fault("STR-006", "package.schema_unread", table=name, path=path, schema=named)
        if content.dialect is not None:
            return None
        schema = _NO_SCHEMA
    stated = resource.get("encoding")
    return TableSource(
        name=name,
        opened=content.opened,
        schema=read(schema),
        dialect=read_dialect(dialect if content.dialect is None else content.dialect, tab=content.tab),
        encoding=stated if content.dialect is None and isinstance(stated, str) else None,
        path=path,
        size=content.size,
    )


class _Content(NamedTuple):
    """The text of a table. `dialect`: its own, where it was made here (of JSON)."""

    opened: Opened
    size: int
    tab: bool = False
    dialect: Mapping[str, Any] | None = None


def _dialect(container: Container, resource: Mapping[str, Any], name: str, out: Structure) -> Any:
    """The dialect, with what frictionless-py 4 wrote beside it as `layout`."""
    dialect = resource.get("dialect")
    if isinstance(dialect, str):
        dialect = _document(container, dialect, "package.web_dialect", name, out)
    layout = resource.get("layout")
    if isinstance(layout, Mapping) and isinstance(dialect, Mapping | None):
        return {**{key: layout[key] for key in _LAYOUT if key in layout}, **(dialect or {})}
    return dialect


def _inline(resource: Mapping[str, Any], name: str, out: Structure) -> _Content | None:
    from openbudget.package.inline import inline_csv

    content = inline_csv(resource["data"], resource.get("schema"))
    if content is None:
        if resource["data"] != []:
            out.fault("STR-006", "package.no_rows", table=name)
        return None
    return _Content(lambda: io.BytesIO(content), len(content), dialect=_OF_JSON)


def _of_files(
    resource: Mapping[str, Any],
    path: str,
    parts: Sequence[tuple[Opened, int]],
    dialect: Any,
    name: str,
    out: Structure,
) -> _Content | None:
    """The table in the files of a resource, with their sizes; None, with a finding, where it is none that can be checked."""
    kind, packed = kind_of(resource, path)
    if kind not in DELIMITED and not (kind in JSON and "schema" in resource):
        out.fault("STR-006", "package.no_table", table=name, path=path, kind=kind or "?")
        return None
    try:
        if packed is not None:
            parts = [unpacked(opened, packed, size) for opened, size in parts]
        headers = max(read_dialect(dialect).header_rows, default=0) if kind in DELIMITED else 0
        opened, size = parts[0] if len(parts) == 1 else joined([opened for opened, _ in parts], headers)
    except UnpackError as error:
        rule = "STR-002" if error.key == "package.compression_broken" else "STR-006"
        out.fault(rule, error.key, table=name, path=path, compression=packed, reason=error.reason)
        return None
    if kind in DELIMITED:
        return _Content(opened, size, kind in ("tsv", "tab"))
    if size > _IN_MEMORY:
        out.fault("STR-006", "package.no_table", table=name, path=path, kind=kind)
        return None
    try:
        rows = json_rows(opened, kind, str(resource.get("encoding") or "utf-8"), dialect)
    except (ValueError, RecursionError, LookupError) as error:
        out.fault("STR-001", "package.not_json", table=name, path=path, reason=str(error))
        return None
    return _inline({"data": rows, "schema": resource.get("schema")}, name, out)


def _paths(resource: Mapping[str, Any]) -> list[str]:
    given = resource.get("path", resource.get("url"))  # `url` before v1
    listed = given if isinstance(given, list) else [given]
    return [path for path in listed if isinstance(path, str) and path]


def opened_files(
    container: Container, resource: Mapping[str, Any], paths: Sequence[str], name: str, out: Structure
) -> list[Opened]:
    """What opens each file of a resource, after its files, bytes and hash were checked; nothing where one cannot be had."""
    usable = bool(paths)
    for path in paths:
        out.case("STR-003")
        out.case("STR-002")
        if _refused(path, "package.web_file", name, out):
            usable = False
            continue
        try:
            container.open(path).close()
        except OSError:
            out.fault("STR-002", "package.STR-002", table=name, path=path)
            usable = False
    if not usable:
        return []
    size = sum(container.size(path) for path in paths)
    if size <= _IN_MEMORY:
        contents = [_content(container, path) for path in paths]
        measure(resource, sum(map(len, contents)), lambda: contents, paths[0], name, out)
        return [partial(io.BytesIO, content) for content in contents]
    measure(resource, size, lambda: _blocks(container, paths), paths[0], name, out)
    return [partial(_open, container, path) for path in paths]


def _open(container: Container, path: str) -> BinaryIO:
    return cast(BinaryIO, container.open(path))


def _refused(path: str, web: str, name: str, out: Structure) -> bool:
    """Whether a path is not followed, which is told. An address on the web is right in Data Package, though nothing is
    fetched (`web` says what was not checked); a package of the standard has all its files in it."""
    key = refusal(path)
    if key is not None and on_the_web(path) and not out.ours:
        out.fault("STR-006", web, table=name, path=path)
    elif key is not None:
        out.fault("STR-003", key, table=name, path=path)
    return key is not None


def _content(container: Container, path: str) -> bytes:
    with container.open(path) as stream:
        return stream.read()


def _blocks(container: Container, paths: Sequence[str]) -> Iterator[bytes]:
    for path in paths:
        with container.open(path) as stream:
            while block := stream.read(1 << 20):
                yield block


def measure(
    properties: Mapping[str, Any],
    size: int,
    blocks: Callable[[], Iterable[bytes]],
    path: str,
    name: str | None,
    out: Structure,
) -> None:
    """Check `bytes` and `hash` of a resource or a source against what the file has."""
    properties = {**_old_stats(properties), **properties}
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
        found = _digest(algorithm.replace("-", "").lower() or "md5", size, blocks)
    except (ValueError, TypeError):
        out.fault("STR-006", "package.hash_unknown", table=name, path=path, algorithm=algorithm)
        return
    out.case("STR-005")
    if found != digest.lower():
        out.fault("STR-005", "package.STR-005", table=name, path=path, expected=digest, actual=found)


def _digest(algorithm: str, size: int, blocks: Callable[[], Iterable[bytes]]) -> str:
    """The digest in hex digits; ValueError or TypeError for an algorithm that is not known."""
    if algorithm == "sha256" and size <= _IN_MEMORY:
        return sha256(b"".join(blocks()))
    import hashlib

    hashed = hashlib.new(algorithm, usedforsecurity=False)
    for block in blocks():
        hashed.update(block)
    return hashed.hexdigest() if hashed.digest_size else ""


def _old_stats(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Bytes and hash where frictionless-py 4 wrote them."""
    stats = properties.get("stats")
    if not isinstance(stats, Mapping):
        return {}
    digest = stats.get("hash")
    told = {"hash": f"{properties.get('hashing') or 'md5'}:{digest}"} if isinstance(digest, str) and digest else {}
    return {**told, **({"bytes": stats["bytes"]} if "bytes" in stats else {})}


def _document(container: Container, value: Any, web: str, name: str, out: Structure) -> Any:
    """A schema or dialect as given, or from the file of the package that a string names; None where there is none. `web`
    is what to say of one that lies on the web."""
    if not isinstance(value, str):
        return value
    if _refused(value, web, name, out):
        return None
    try:
        return parse(read_whole(container, value))
    except OSError:
        out.fault("STR-002", "package.STR-002", table=name, path=value)
    except (ValueError, RecursionError) as error:
        out.fault("STR-001", "package.not_json", table=name, path=value, reason=str(error))
    return None
