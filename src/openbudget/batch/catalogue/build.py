"""Build a catalogue, or bring it up to date: only what is new or changed is read; the commit is one step."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from openbudget.batch.catalogue import files
from openbudget.batch.catalogue import segments as tasks
from openbudget.batch.catalogue.scan import find_packages
from openbudget.batch.catalogue.schema import PACKAGES, arrow
from openbudget.batch.catalogue.segments import Found, Made
from openbudget.batch.catalogue.snapshot import FILE, Segment, Snapshot, at_once, commit, load, standing, sweep, sync
from openbudget.errors import UsageError
from openbudget.package.atomic import write_error
from openbudget.processes import workers

SEGMENT = 500  # packages of a segment: bounds the memory of a process
SMALL = 250  # a segment of fewer packages may be merged with others
FEW = 200  # packages that are quicker done here than by processes that have to start
MANY = 8  # small segments of a partition that are worth merging without being asked
Tell = Callable[..., None]


@dataclass(frozen=True)
class Built:
    """What a build did: packages added, changed, removed, unchanged; left out (path, message key, arguments);
    duplicate paths; the snapshot now."""

    added: int
    changed: int
    removed: int
    unchanged: int
    left_out: tuple[tuple[str, str, Mapping[str, str]], ...]
    snapshot: Snapshot


def build(packages: Path, catalogue: Path, *, jobs: int = 0, tell: Tell = lambda stage, **args: None) -> Built:
    """Make `catalogue` hold exactly the packages found below the folder `packages`.

    UsageError where there is none, or another build goes on; WriteError where the disk refuses. The catalogue is the
    old one until it is the new one.
    """
    arrow()
    if not packages.is_dir():
        raise UsageError("batch.no_packages", path=str(packages))
    with _alone(catalogue):
        before = standing(catalogue)
        if before.segments:
            sweep(catalogue, before)
        found, twice = find_packages(packages, catalogue)
        if not found and not before.segments:
            raise UsageError("batch.no_packages", path=str(packages))
        held = _held(catalogue, before)
        changed = {name for name, one in found.items() if name in held and held[name][0] != one.sha256}
        removed = held.keys() - found.keys()
        fresh = [one for name, one in sorted(found.items()) if name not in held or name in changed]
        stage = catalogue / f".new-{os.getpid()}"
        try:
            work = list(_work(catalogue, stage, before, held, changed | removed, fresh))
            made = _done(work, jobs, tell)
            touched = {held[name][1] for name in changed | removed}
            kept = [one for one in before.segments if one.id not in touched]
            kept += [one.segment for one in made if one.segment is not None]
            after = _committed(catalogue, stage, before, kept)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    left = tuple(sorted([*twice, *(each for one in made for each in one.left_out)]))
    absent = {path for path, _, _ in left}
    added = sum(one.name not in held and one.path not in absent for one in fresh)
    return Built(added, len(changed), len(removed), len(held) - len(changed) - len(removed), left, after)


def compact(catalogue: Path, *, least: int = 2, jobs: int = 0, tell: Tell = lambda stage, **args: None) -> Snapshot:
    """Merge the small segments of every partition that has `least` of them, as far as a segment may grow."""
    arrow()
    with _alone(catalogue):
        before = load(catalogue)
        sweep(catalogue, before)
        stage = catalogue / f".new-{os.getpid()}"
        try:
            groups = [group for group in _small(before) if len(group) >= least]
            work: list[Work] = [(tasks.merged, (str(catalogue), str(stage), group)) for group in groups]
            made = _done(work, jobs, tell)
            merged = {one.id for group in groups for one in group}
            kept = [one for one in before.segments if one.id not in merged]
            kept += [one.segment for one in made if one.segment is not None]
            after = _committed(catalogue, stage, before, kept)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    return after


def _held(catalogue: Path, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Package → hash of its descriptor and the segment it is in."""
    held = {}
    from pyarrow import parquet

    for segment in snapshot.segments:
        file = parquet.ParquetFile(catalogue / segment.files[PACKAGES].path)
        table = file.read(columns=["package", "descriptor_sha256"], use_threads=False)
        for name, digest in zip(*(column.to_pylist() for column in table.columns), strict=True):
            held[name] = (digest, segment.id)
    return held


Work = tuple[Callable[..., Made], tuple[Any, ...]]


def _work(
    catalogue: Path, stage: Path, before: Snapshot, held: Mapping[str, tuple[str, str]], gone: set[str],
    fresh: Sequence[Found],
) -> Iterator[Work]:  # fmt: skip
    """Tasks: segments of which packages are gone or changed; and new segments for new packages."""
    lost: dict[str, set[str]] = defaultdict(set)
    for name in gone:
        lost[held[name][1]].add(name)
    again: dict[str, list[Found]] = defaultdict(list)
    coming: dict[tuple[str, int], list[Found]] = defaultdict(list)
    for one in fresh:
        if one.name in held:
            again[held[one.name][1]].append(one)
        else:
            coming[_partition(one)].append(one)
    for segment in before.segments:
        if segment.id in lost:
            yield tasks.renewed, (str(catalogue), str(stage), segment, sorted(lost[segment.id]), again[segment.id])
    for (region, year), members in sorted(coming.items()):
        rest = iter(members)
        while chunk := list(islice(rest, SEGMENT)):
            yield tasks.from_packages, (str(stage), region, year, chunk)


def _partition(one: Found) -> tuple[str, int]:
    """Province and year, from the name that the standard gives to packages (`cn-130433-434-2021-budget`)."""
    parts = one.name.split("-")
    try:
        return parts[1][:2], int(parts[-2] if parts[-1] == "budget" else parts[-3])
    except (IndexError, ValueError):
        return "00", 0


def _done(work: Sequence[Work], jobs: int, tell: Tell) -> list[Made]:
    """Do the tasks, in this process where there are few, else in several; results in the order of the tasks."""
    from openbudget.batch.run import default_jobs

    jobs = jobs or default_jobs()
    if len(work) < 2 or jobs == 1 or sum(map(_weight, work)) < FEW:
        return [_told(function(*args), tell, number, len(work)) for number, (function, args) in enumerate(work, 1)]
    results: dict[int, Made] = {}
    with workers(min(jobs, len(work)), "spawn") as pool:
        waiting: dict[Future[Made], int] = {}
        coming = iter(enumerate(work))
        while True:
            for number, (function, args) in islice(coming, 2 * jobs - len(waiting)):
                waiting[pool.submit(function, *args)] = number
            if not waiting:
                break
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                results[waiting.pop(future)] = _told(future.result(), tell, len(results) + 1, len(work))
    return [results[number] for number in range(len(work))]


def _weight(work: Work) -> int:
    """How many packages a task is about."""
    function, args = work
    if function is tasks.from_packages:
        return len(args[3])
    if function is tasks.merged:
        merged: Sequence[Segment] = args[2]
        return sum(one.packages for one in merged) // 10
    segment: Segment = args[2]
    return segment.packages // 10 + len(args[4])


def _told(made: Made, tell: Tell, number: int, total: int) -> Made:
    tell("catalogue", done=number, total=total)
    return made


def _small(snapshot: Snapshot) -> Iterator[tuple[Segment, ...]]:
    """Groups of small segments of one partition that may become one."""
    groups: dict[tuple[str, int], list[Segment]] = defaultdict(list)
    for segment in snapshot.segments:
        if segment.packages < SMALL:
            groups[segment.region, segment.year].append(segment)
    for members in groups.values():
        group: list[Segment] = []
        for one in sorted(members, key=lambda each: (each.packages, each.id)):
            if group and sum(each.packages for each in group) + one.packages > SEGMENT:
                yield tuple(group)
                group = []
            group.append(one)
        yield tuple(group)


def _committed(catalogue: Path, stage: Path, before: Snapshot, kept: Sequence[Segment]) -> Snapshot:
    """Move the new files in, and make the segments the catalogue; nothing is touched where they are that already."""
    ordered = tuple(sorted(kept, key=lambda one: (one.region, one.year, one.id)))
    after = replace(before, segments=ordered)
    if ordered == before.segments and (catalogue / FILE).exists():
        sweep(catalogue, before)
        return before
    old = {file.path for one in before.segments for file in one.files.values()}
    new = sorted({file.path for one in ordered for file in one.files.values()} - old)
    at_once(sync, [files.staged(str(stage), place) for place in new])
    for place in new:
        target = catalogue / place
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(files.staged(str(stage), place), target)
        except OSError as error:
            raise write_error(target, error) from error
    at_once(sync, sorted({folder for place in new for folder in _folders(catalogue, place)}))
    after = replace(after, number=before.number + 1)
    commit(catalogue, after)
    sweep(catalogue, after)
    return after


def _folders(catalogue: Path, place: str) -> Iterator[Path]:
    """The folders of a file up to the catalogue's own."""
    folder = (catalogue / place).parent
    while folder != catalogue:
        yield folder
        folder = folder.parent


@contextmanager
def _alone(catalogue: Path) -> Iterator[None]:
    """Hold the catalogue for the block. UsageError where another process does."""
    try:
        catalogue.mkdir(parents=True, exist_ok=True)
        handle = os.open(catalogue / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise write_error(catalogue, error) from error
    try:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except BlockingIOError as error:
            raise UsageError("batch.catalogue_busy", path=str(catalogue)) from error
        for left in catalogue.glob(".new-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)
