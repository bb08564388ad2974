"""catalogue.json: which files are the catalogue. It is replaced in one step, as the last thing a build does."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import FORMAT, arrow_schema, tables
from openbudget.errors import UsageError
from openbudget.package.atomic import new_file, write_error

FILE = "catalogue.json"
DATA, CHANGES = "data", "changes"  # the folders of the files


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file of a segment: path in the catalogue, rows, bytes, hash."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Some packages of one province (two digits) and year; `files` by table. The rows of the packages `void` are those
    of before a correction: the rows that hold are in a segment of the changes."""

    id: str
    region: str
    year: int
    packages: int
    files: Mapping[str, File]
    void: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The catalogue as it is: its segments, in order; `changes` are segments (of one province, with a year in each row)
    of packages that are void in those; `number` grows with every change."""

    number: int = 0
    segments: tuple[Segment, ...] = ()
    standard_version: str = field(default_factory=standard.version)
    changes: tuple[Segment, ...] = ()

    @property
    def every(self) -> tuple[Segment, ...]:
        """The segments and those of the changes."""
        return self.segments + self.changes

    @property
    def packages(self) -> int:
        """The number of packages."""
        return sum(segment.packages - len(segment.void) for segment in self.every)

    @property
    def void(self) -> frozenset[str]:
        """The packages whose rows in `segments` do not hold."""
        return frozenset(name for segment in self.segments for name in segment.void)


def load(catalogue: Path) -> Snapshot:
    """The snapshot of a catalogue. UsageError where there is none, or one of another format."""
    try:
        said = json.loads((catalogue / FILE).read_bytes())
        if said["format"] != FORMAT:
            raise UsageError("batch.catalogue_format", path=str(catalogue), format=said["format"], known=FORMAT)
        segments, changes = (tuple(map(_segment, said[name])) for name in ("segments", "changes"))
        return Snapshot(said["number"], segments, said["standard_version"], changes)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("batch.no_catalogue", path=str(catalogue)) from error


def _segment(said: Mapping[str, Any]) -> Segment:
    files = {name: File(**file) for name, file in said["files"].items()}
    return Segment(said["id"], said["region"], said["year"], said["packages"], files, tuple(said["void"]))


def standing(catalogue: Path) -> Snapshot:
    """What a build finds: the snapshot; an empty one where there is no catalogue, or one of an older format or of
    another standard, which is built anew (its files stay until then). UsageError for a newer format."""
    try:
        now = load(catalogue)
    except UsageError:
        try:
            said = json.loads((catalogue / FILE).read_bytes())
            older, number = int(said["format"]) < FORMAT, int(said["number"])
        except FileNotFoundError:
            return Snapshot()
        except (OSError, ValueError, KeyError, TypeError):
            older, number = False, 0
        if not older:
            raise
        return Snapshot(number)
    return now if now.standard_version == standard.version() else Snapshot(now.number)


def commit(catalogue: Path, snapshot: Snapshot) -> None:
    """Make `snapshot` the catalogue. WriteError, with the old one in place, where the disk refuses."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "number": snapshot.number,
        "standard_version": snapshot.standard_version,
        "tables": {
            name: [{"name": one.name, "type": str(one.type)} for one in arrow_schema(name)] for name in tables()
        },
        "segments": [asdict(segment) for segment in snapshot.segments],
        "changes": [asdict(segment) for segment in snapshot.changes],
    }
    try:
        with new_file(catalogue / FILE, alone=True) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8")
            json.dump(said, text, ensure_ascii=False, indent=1)
            text.write("\n")
            text.detach()
        sync(catalogue)
    except OSError as error:
        raise write_error(catalogue / FILE, error) from error


def sweep(catalogue: Path, snapshot: Snapshot) -> None:
    """Remove what is not of the snapshot: what a killed build left."""
    valid = {file.path for segment in snapshot.every for file in segment.files.values()}
    root = str(catalogue)
    found = (
        f"{parent[len(root) :].replace(os.sep, '/').strip('/')}/{name}"
        for top in (DATA, CHANGES)
        for parent, _, names in os.walk(os.path.join(root, top))
        for name in names
        if name.endswith(".parquet")
    )
    _remove(catalogue, [place for place in found if place not in valid])


def _remove(catalogue: Path, places: Iterable[str]) -> None:
    for place in places:
        path = catalogue / place
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder in (catalogue, catalogue / DATA) or any(folder.iterdir()):
                break
            folder.rmdir()


def sync(path: Path) -> None:
    """Make a file, or the entries of a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def side_by_side(work: Callable[[Path], None], paths: Sequence[Path]) -> None:
    """Do something that waits for the disk to many paths: side by side, so that they wait together. WriteError."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(16) as pool:
        for path, done in [(path, pool.submit(work, path)) for path in paths]:
            try:
                done.result()
            except OSError as error:
                raise write_error(path, error) from error
