"""What a build has to do: tasks for its processes, and what stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from openbudget.batch.catalogue import segments as tasks
from openbudget.batch.catalogue.deferred import Concerned
from openbudget.batch.catalogue.segments import Found, Made, partition
from openbudget.batch.catalogue.snapshot import Segment, Snapshot

SEGMENT = 500  # packages of a segment: bounds the memory of a process
Work = tuple[Callable[..., Made], tuple[Any, ...]]


@dataclass(frozen=True)
class Update:
    """From the snapshot `before` to the next: which provinces are concerned, and which of them are brought up to date
    `now`; packages that have `changed`, were `removed`, and all that are to be read (`fresh`, new ones too)."""

    catalogue: str
    stage: str
    before: Snapshot
    regions: Mapping[str, Concerned]
    now: Collection[str]
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    fresh: Sequence[Found] = ()

    def work(self) -> Iterator[Work]:
        """The tasks."""
        yield from self._renewed()
        yield from self._beside()
        yield from self._new()

    def kept(self) -> tuple[list[Segment], list[Segment]]:
        """The segments that no task makes, and those of the changes."""
        segments = []
        for one in self.before.segments:
            touched = self.regions[one.region].packages.get(one.id) if one.region in self.regions else None
            if touched is None:
                segments.append(one)
            elif one.region not in self.now:
                segments.append(replace(one, void=tuple(sorted(touched))))
        again = {*self.now, *self._changed_beside()}
        return segments, [one for one in self.before.changes if one.region not in again]

    def _renewed(self) -> Iterator[Work]:
        """Segments of the provinces `now`, with what has changed and without what is gone."""
        again = {one.name: one for one in self.fresh if one.name in self.changed}
        for segment in self.before.segments:
            if segment.region not in self.now or segment.id not in self.regions[segment.region].packages:
                continue
            touched = self.regions[segment.region].packages[segment.id]
            packages = [again[name] for name in sorted(touched & again.keys())]
            gone = sorted(touched & (self.changed | self.removed))
            yield tasks.renewed, (self.catalogue, self.stage, segment, gone, packages, self._changes(segment.region))

    def _beside(self) -> Iterator[Work]:
        """The changes of the other provinces."""
        for region, packages in sorted(self._changed_beside().items()):
            yield tasks.set_beside, (self.catalogue, self.stage, region, self._changes(region), packages)

    def _changed_beside(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = defaultdict(list)
        where = {
            name: region
            for region, one in self.regions.items()
            if region not in self.now
            for names in one.packages.values()
            for name in names & self.changed
        }
        for one in self.fresh:
            if one.name in where:
                found[where[one.name]].append(one)
        return found

    def _changes(self, region: str) -> list[Segment]:
        return [one for one in self.before.changes if one.region == region]

    def _new(self) -> Iterator[Work]:
        """Segments of new packages."""
        coming: dict[tuple[str, int], list[Found]] = defaultdict(list)
        for one in self.fresh:
            if one.name not in self.changed:
                coming[partition(one.name)].append(one)
        for (region, year), members in sorted(coming.items()):
            rest = iter(members)
            while chunk := list(islice(rest, SEGMENT)):
                yield tasks.from_packages, (self.stage, region, year, chunk)


def weight(work: Work) -> int:
    """How many packages a task is about."""
    function, args = work
    if function in (tasks.from_packages, tasks.set_beside):
        return len(args[-1])
    if function is tasks.merged:
        merged: Sequence[Segment] = args[2]
        return sum(one.packages for one in merged) // 10
    segment: Segment = args[2]
    return segment.packages // 10 + len(args[4])
