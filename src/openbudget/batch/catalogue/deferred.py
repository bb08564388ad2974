"""What a build writes into the files of its partition at once, and what stands beside them for a while.

Files are replaced whole, so one package in a hundred corrected all over the country would write nearly every file again.
A province is therefore brought up to date at once as long as that costs little against the packages that have changed;
of the others the changed packages go into segments of the changes (`changes/<table>/region=13/`), and are noted as void
where they were. Every later build that takes in changes brings the provinces in which most is void up to date, and
`compact` all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from openbudget.batch.catalogue.snapshot import Snapshot

ALWAYS = 10_000  # packages of segments that are written again however little has changed: a second or two
TIMES = 15  # the same for each changed package: a tenth of what a full build takes where 1 % has changed
MOST = 2_500  # packages of the changes of a province: they are held by one process


@dataclass(frozen=True)
class Concerned:
    """A province: for each of its segments the packages there that are not as they were (changed now or before, or
    gone)."""

    packages: Mapping[str, frozenset[str]]
    cost: int
    forced: bool

    @property
    def share(self) -> float:
        """Which share of what would be written again is worth it."""
        return sum(map(len, self.packages.values())) / self.cost


def concerned(
    before: Snapshot, held: Mapping[str, tuple[str, str]], changed: Collection[str], removed: Collection[str],
    coming: Collection[str],
) -> dict[str, Concerned]:  # fmt: skip
    """The provinces of which packages are not as they were. `held` says in which segment a package is."""
    void = {name: segment.id for segment in before.segments for name in segment.void}
    found: dict[str, set[str]] = defaultdict(set)
    for name in {*void, *changed, *removed}:
        found[void.get(name) or held[name][1]].add(name)
    regions: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    cost: dict[str, int] = defaultdict(int)
    for segment in before.segments:
        if segment.id in found:
            regions[segment.region][segment.id] = frozenset(found[segment.id])
            cost[segment.region] += segment.packages
    gone = {*removed, *(name for name in coming if name in void)}  # what is withdrawn is withdrawn everywhere
    made = {}
    for region, packages in regions.items():
        touched = frozenset[str]().union(*packages.values())
        made[region] = Concerned(packages, cost[region], len(touched) > MOST or not gone.isdisjoint(touched))
    return made


def at_once(regions: Mapping[str, Concerned], changed: int) -> set[str]:
    """The provinces to bring up to date now, where so many packages have changed."""
    chosen = {region for region, one in regions.items() if one.forced}
    left = max(ALWAYS, TIMES * changed) if changed else 0
    for region, one in sorted(regions.items(), key=lambda each: (-each[1].share, each[0])):
        if region not in chosen and one.cost <= left:
            chosen.add(region)
            left -= one.cost
    return chosen
