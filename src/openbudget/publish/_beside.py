"""Which packages of a site are held against each other, and whose pages must be made anew because another changed.

A page that is made anew though its package is not in the run is made of the package that the site offers as a zip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from openbudget.errors import PackageError, PublishError
from openbudget.package.body import Disclosed, bases, body_of
from openbudget.publish.plan import Release, Request

if TYPE_CHECKING:
    from openbudget.site.entry import Entry

Beside = tuple[tuple[str, str], ...]  # packages and their fingerprints


@dataclass(frozen=True)
class Neighbours:
    """What the site will hold after a run: the packages that each is held against, and those whose pages are made anew
    though nobody gave them."""

    of: Mapping[str, Beside]
    anew: Sequence[str]

    def beside(self, name: str) -> Beside:
        """The packages that one is held against."""
        return self.of.get(name, ())


def neighbours(request: Request, there: Mapping[str, Entry], builder: str) -> Neighbours:
    """Who stands beside whom after the run. `there` is what the site holds. Pages that an earlier state of the program
    made stay as they are until their package or what it is held against is published."""
    living = {name: entry for name, entry in there.items() if not entry.withdrawn}
    marks = {name: entry.fingerprint for name, entry in living.items()}
    known: dict[str, Disclosed] = {name: _disclosed(entry) for name, entry in living.items()}
    given = {release.name: release for release in request.releases}
    for name, release in given.items():
        marks[name] = release.fingerprint
        known.pop(name, None)
        if release.disclosed is not None:
            known[name] = release.disclosed
    withdrawn = {withdrawal.name for withdrawal in request.withdrawals}
    known = {name: one for name, one in known.items() if name not in withdrawn}
    marks = {name: mark for name, mark in marks.items() if name not in withdrawn}
    of = {name: tuple((other, marks[other]) for other in others) for name, others in bases(known).items()}
    changed = {name for name in marks if name not in living or living[name].fingerprint != marks[name]}

    def is_stale(name: str, entry: Entry) -> bool:
        if name in given or name in withdrawn or entry.beside == of.get(name, ()):
            return False
        other_now = any(marks.get(other) != mark for other, mark in entry.beside)
        return entry.builder == builder or other_now or any(other in changed for other, _ in of.get(name, ()))

    return Neighbours(of, [name for name, entry in living.items() if is_stale(name, entry)])


def _disclosed(entry: Entry) -> Disclosed:
    facts = {"region_code": entry.region_code, "agency_name": entry.agency, "agency_code": entry.agency_code}
    return Disclosed(body_of({**facts, "level": entry.level}), entry.year, entry.kind)


def package_there(folder: Path, name: str) -> Path:
    """The package as the site offers it."""
    return folder / "packages" / name / f"{name}.zip"


def release_there(path: Path, name: str, fingerprint: str) -> Release:
    """The release of a package that the site holds. Raises PublishError where that is not the one it published."""
    from openbudget.publish.release import release_of

    try:
        release = release_of(path)
    except (PackageError, PublishError, OSError) as error:
        raise PublishError("publish.kept_damaged", name=name, path=str(path)) from error
    if release.fingerprint != fingerprint:
        raise PublishError("publish.kept_damaged", name=name, path=str(path))
    return release


def by_body(releases: Iterable[Release]) -> Iterator[list[Release]]:
    """Releases that are held against each other together, the earlier ones first; so each need be read once only."""

    def order(release: Release) -> tuple[str, str, str, int, str]:
        if release.disclosed is None:
            return ("", "", release.name, 0, "")
        (region, level, name, _), year, kind = release.disclosed
        return (region, name, level or "", year, kind)

    for _, found in groupby(sorted(releases, key=order), key=lambda release: order(release)[:3]):
        yield list(found)
