"""Build a catalogue, or bring it up to date: only what is new or changed is read; the commit is one step."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from openbudget.batch.catalogue import files
from openbudget.batch.catalogue import segments as tasks
from openbudget.batch.catalogue.deferred import at_once, concerned
from openbudget.batch.catalogue.scan import find_packages
from openbudget.batch.catalogue.schema import PACKAGES, arrow
from openbudget.batch.catalogue.segments import Made
from openbudget.batch.catalogue.snapshot import (
    FILE,
    Segment,
    Snapshot,
    commit,
    load,
    side_by_side,
    standing,
    sweep,
    sync,
)
from openbudget.batch.catalogue.work import SEGMENT, Update, Work, weight
from openbudget.errors import UsageError
from openbudget.package.atomic import write_error
from openbudget.processes import workers

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
        changed = frozenset(name for name, one in found.items() if name in held and held[name][0] != one.sha256)
        removed = frozenset(held.keys() - found.keys())
        fresh = [one for name, one in sorted(found.items()) if name not in held or name in changed]
        regions = concerned(before, held, changed, removed, {one.name for one in fresh} - changed)
        now = at_once(regions, len(changed))
        stage = catalogue / f".new-{os.getpid()}"
        update = Update(str(catalogue), str(stage), before, regions, now, changed, removed, fresh)
        try:
            after, made = _updated(update, jobs, tell)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    left = tuple(sorted([*twice, *(each for one in made for each in one.left_out)]))
    absent = {path for path, _, _ in left}
    added = sum(one.name not in held and one.path not in absent for one in fresh)
    return Built(added, len(changed), len(removed), len(held) - len(changed) - len(removed), left, after)


def compact(catalogue: Path, *, least: int = 2, jobs: int = 0, tell: Tell = lambda stage, **args: None) -> Snapshot:
    """Merge the small segments of every partition that has `least` of them, as far as a segment may grow. Where that is
    two, the changes, too, go into the segments of their partitions."""
    arrow()
    with _alone(catalogue):
        before = load(catalogue)
        sweep(catalogue, before)
        stage = catalogue / f".new-{os.getpid()}"
        try:
            if least <= 2 and before.changes:
                regions = concerned(before, _held(catalogue, before), (), (), ())
                before, _ = _updated(Update(str(catalogue), str(stage), before, regions, regions.keys()), jobs, tell)
            groups = [group for group in _small(before) if len(group) >= least]
            merged = {one.id for group in groups for one in group}
            made = _done([(tasks.merged, (str(catalogue), str(stage), group)) for group in groups], jobs, tell)
            kept = [one for one in before.segments if one.id not in merged]
            kept += [one.segment for one in made if one.segment is not None]
            after = _committed(catalogue, stage, before, kept, before.changes)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    return after


def _held(catalogue: Path, snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Package → hash of its descriptor and the segment it is in."""
    held = {}
    from pyarrow import parquet

    for segment in snapshot.every:
        file = parquet.ParquetFile(catalogue / segment.files[PACKAGES].path)
        table = file.read(columns=["package", "descriptor_sha256"], use_threads=False)
        for name, digest in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if name not in segment.void:
                held[name] = (digest, segment.id)
    return held


def _updated(update: Update, jobs: int, tell: Tell) -> tuple[Snapshot, list[Made]]:
    """Do what an update is about, and commit it."""
    work = list(update.work())
    made = _done(work, jobs, tell)
    segments, changes = update.kept()
    for (function, _), one in zip(work, made, strict=True):
        if one.segment is not None:
            (changes if function is tasks.set_beside else segments).append(one.segment)
    return _committed(Path(update.catalogue), Path(update.stage), update.before, segments, changes), made


def _done(work: Sequence[Work], jobs: int, tell: Tell) -> list[Made]:
    """Do the tasks, in this process where there are few, else in several; results in the order of the tasks."""
    from openbudget.batch.run import default_jobs

    jobs = jobs or default_jobs()
    if len(work) < 2 or jobs == 1 or sum(map(weight, work)) < FEW:
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


def _told(made: Made, tell: Tell, number: int, total: int) -> Made:
    tell("catalogue", done=number, total=total)
    return made


def _small(snapshot: Snapshot) -> Iterator[tuple[Segment, ...]]:
    """Groups of small segments of one partition that may become one."""
    groups: dict[tuple[str, int], list[Segment]] = defaultdict(list)
    for segment in snapshot.segments:
        if segment.packages < SMALL and not segment.void:
            groups[segment.region, segment.year].append(segment)
    for members in groups.values():
        group: list[Segment] = []
        for one in sorted(members, key=lambda each: (each.packages, each.id)):
            if group and sum(each.packages for each in group) + one.packages > SEGMENT:
                yield tuple(group)
                group = []
            group.append(one)
        yield tuple(group)


def _committed(
    catalogue: Path, stage: Path, before: Snapshot, segments: Sequence[Segment], changes: Sequence[Segment]
) -> Snapshot:
    """Move the new files in, and make the segments the catalogue; nothing is touched where they are that already."""
    after = replace(before, segments=_ordered(segments), changes=_ordered(changes))
    if after == before and (catalogue / FILE).exists():
        sweep(catalogue, before)
        return before
    old = {file.path for one in before.every for file in one.files.values()}
    new = sorted({file.path for one in after.every for file in one.files.values()} - old)
    side_by_side(sync, [files.staged(str(stage), place) for place in new])
    for place in new:
        target = catalogue / place
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(files.staged(str(stage), place), target)
        except OSError as error:
            raise write_error(target, error) from error
    side_by_side(sync, sorted({folder for place in new for folder in _folders(catalogue, place)}))
    after = replace(after, number=before.number + 1)
    commit(catalogue, after)
    sweep(catalogue, after)
    return after


def _ordered(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda one: (one.region, one.year, one.id)))


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
